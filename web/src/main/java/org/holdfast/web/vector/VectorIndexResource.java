package org.holdfast.web.vector;

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
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.audit.Operations;
import org.holdfast.vector.IndexOverview;
import org.holdfast.vector.PGVectorService;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Fields;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The vector indexes on memory tables, by an administrator. */
@Path("admin/indexes")
@ApplicationScoped
@AllowedTo(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class VectorIndexResource {
    @Inject
    PGVectorService indexes;

    @Inject
    Operations operations;

    /** The job that makes them. */
    public record Accepted(long id) {}

    @GET
    @Operation(summary = "The vector indexes of both clusters, and what is wrong with them")
    public IndexOverview list() {
        return indexes.overview();
    }

    @POST
    @Operation(
            summary =
                    "Gives a table the HNSW index of a profile on both clusters, in the place of the one it has, while searches"
                            + " and writes go on; 409 while a head does not answer or the schema is being changed")
    public Response create(@Nullable IndexRequest request, @Context UriInfo uri) {
        IndexRequest asked = Fields.body(request);
        long job = indexes.create(asked.onTable(), asked.profile());
        operations.note("INDEX_ASKED", "indexes", "job " + job + ": " + asked.profile());
        return accepted(job, uri);
    }

    @POST
    @Path("optimize")
    @Operation(
            summary =
                    "Makes the vector indexes of one or all memory tables anew as they are on both clusters, analyses, and"
                            + " measures their recall; 409 as above")
    public Response optimize(@Nullable OptimizeRequest request, @Context UriInfo uri) {
        long job = indexes.optimize(Fields.body(request).onTable());
        operations.note("OPTIMIZE_ASKED", "indexes", "job " + job);
        return accepted(job, uri);
    }

    private static Response accepted(long job, UriInfo uri) {
        return Response.accepted(new Accepted(job))
                .location(uri.getBaseUriBuilder().path("admin/jobs/{id}").build(job))
                .build();
    }
}
