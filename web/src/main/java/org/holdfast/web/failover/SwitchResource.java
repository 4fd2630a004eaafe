package org.holdfast.web.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.audit.Operations;
import org.holdfast.failover.Failovers;
import org.holdfast.topology.Cluster;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Fields;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** Switches of the writer by an operator. */
@Path("admin")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.OPERATOR})
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class SwitchResource {
    @Inject
    Failovers failovers;

    @Inject
    Operations operations;

    /** The job that follows the switch. */
    public record Accepted(long id) {}

    @POST
    @Path("failover")
    @Operation(summary = "Lets the failover cluster take the writes; 409 while that would not be safe")
    public Response failover(@Nullable SwitchRequest request, @Context UriInfo uri) {
        return accept(request, Cluster.failover, uri);
    }

    @POST
    @Path("failback")
    @Operation(summary = "Lets the primary cluster take the writes again; 409 while that would not be safe")
    public Response failback(@Nullable SwitchRequest request, @Context UriInfo uri) {
        return accept(request, Cluster.primary, uri);
    }

    private Response accept(@Nullable SwitchRequest request, Cluster target, UriInfo uri) {
        Fields.body(request).require(target);
        long job = failovers.request(target);
        operations.note("SWITCH_ASKED", "ops.cluster_switch", "to " + target);
        return Response.accepted(new Accepted(job))
                .location(uri.getBaseUriBuilder().path("admin/jobs/{id}").build(job))
                .build();
    }
}
