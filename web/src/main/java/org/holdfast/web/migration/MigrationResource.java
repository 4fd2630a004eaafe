package org.holdfast.web.migration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.migration.MigrationOverview;
import org.holdfast.migration.MigrationPlan;
import org.holdfast.migration.Migrations;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Fields;
import org.holdfast.web.Roles;

/** Changes of the schema and of rows, on both clusters, by an administrator. */
@Path("admin/migrations")
@ApplicationScoped
@AllowedTo(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class MigrationResource {
    @Inject
    Migrations migrations;

    @Context
    SecurityContext caller;

    /** The job that carries it out. */
    public record Accepted(long id) {}

    /** The files whose texts were taken over. */
    public record Repaired(List<String> repaired) {
        public Repaired {
            repaired = List.copyOf(repaired);
        }
    }

    @GET
    @Operation(summary = "Every version, which cluster has it, and whether both clusters have the same shape")
    public MigrationOverview list() {
        return migrations.overview();
    }

    @POST
    @Path("plan")
    @Operation(summary = "What a run or a rollback would do where, and what is to be known before; changes nothing")
    public MigrationPlan plan(PlanRequest request) {
        PlanRequest wanted = Fields.body(request);
        return migrations.plan(wanted.direction(), wanted.version());
    }

    @POST
    @Path("run")
    @Operation(summary = "Applies what is pending; 409 while a finding stands against it that is not overridden")
    public Response run(RunRequest request, @Context UriInfo uri) {
        RunRequest wanted = Fields.body(request);
        return accepted(migrations.run(wanted.version(), wanted.overrides(), who()), uri);
    }

    @POST
    @Path("rollback")
    @Operation(summary = "Takes every version after the target back, on both clusters")
    public Response rollback(RollbackRequest request, @Context UriInfo uri) {
        return accepted(migrations.rollback(Fields.body(request).version(), who()), uri);
    }

    @POST
    @Path("repair")
    @Operation(summary = "Takes the texts of files that were edited after they were applied over as what was applied")
    public Repaired repair(RepairRequest request) {
        Fields.body(request);
        return new Repaired(migrations.repair(who()));
    }

    private String who() {
        return caller.getUserPrincipal().getName();
    }

    private static Response accepted(long job, UriInfo uri) {
        return Response.accepted(new Accepted(job))
                .location(uri.getBaseUriBuilder().path("admin/jobs/{id}").build(job))
                .build();
    }
}
