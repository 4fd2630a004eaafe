package org.holdfast.web.integrity;

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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.audit.Operations;
import org.holdfast.integrity.Integrity;
import org.holdfast.integrity.IntegrityReport;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Fields;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;

/** Whether both clusters have the same rows, by an administrator. */
@Path("admin/integrity")
@ApplicationScoped
@AllowedTo(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class IntegrityResource {
    @Inject
    Integrity integrity;

    @Inject
    Operations operations;

    @Context
    SecurityContext caller;

    /** The job that compares. */
    public record Accepted(long id) {}

    @GET
    @Operation(summary = "What the newest comparison of the clusters has found; 404 before the first one")
    public IntegrityReport report() {
        return integrity.report().orElseThrow(() -> ProblemException.of(404, "no comparison was asked for yet"));
    }

    @POST
    @Operation(
            summary =
                    "Compares the clusters, and makes rows of the standby as the writer's where asked to; 409 while no"
                            + " standby follows")
    public Response start(IntegrityRequest request, @Context UriInfo uri) {
        boolean repairs = Fields.body(request).repairs();
        long job = integrity.start(repairs, caller.getUserPrincipal().getName());
        operations.note(repairs ? "REPAIR_ASKED" : "COMPARISON_ASKED", "integrity", "job " + job);
        return Response.accepted(new Accepted(job))
                .location(uri.getBaseUriBuilder().path("admin/jobs/{id}").build(job))
                .build();
    }
}
