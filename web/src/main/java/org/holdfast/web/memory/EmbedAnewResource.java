package org.holdfast.web.memory;

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
import org.holdfast.memory.EmbedAnew;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Fields;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The model that embeds memories, changed by an administrator. */
@Path("admin/memories")
@ApplicationScoped
@AllowedTo(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class EmbedAnewResource {
    @Inject
    EmbedAnew service;

    @Inject
    Operations operations;

    /** The job that embeds. */
    public record Accepted(long id) {}

    @POST
    @Path("embed-anew")
    @Operation(
            summary =
                    "Embeds the memories of all tenants with the other configured model, which then takes the place of the"
                            + " present one, while searches and writes go on; 409 while no other is configured, or it is under way")
    public Response embedAnew(@Nullable EmbedAnewRequest request, @Context UriInfo uri) {
        EmbedAnewRequest asked = Fields.body(request);
        long job = service.start(asked.confirm());
        operations.note("EMBED_ANEW_ASKED", "memory.embedding_model", "job " + job + ": " + asked.confirm());
        return Response.accepted(new Accepted(job))
                .location(uri.getBaseUriBuilder().path("admin/jobs/{id}").build(job))
                .build();
    }
}
