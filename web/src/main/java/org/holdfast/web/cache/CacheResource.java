package org.holdfast.web.cache;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.audit.Operations;
import org.holdfast.connection.EntityCaches;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.ProblemException;
import org.holdfast.web.Roles;

/** The second-level cache: counts of the instance that answers; what is emptied is empty for all instances. */
@Path("admin/cache")
@ApplicationScoped
@AllowedTo(Roles.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class CacheResource {
    @Inject
    EntityCaches caches;

    @Inject
    Operations operations;

    @GET
    @Operation(summary = "Hits, misses and the state of the second-level cache on the instance that answers")
    public CacheReport get() {
        return CacheReport.of(caches.snapshot());
    }

    @DELETE
    @Operation(summary = "Empties the second-level cache for all instances")
    public Response empty() {
        caches.empty();
        operations.note("CACHE_EMPTIED", "cache", "all regions");
        return Response.noContent().build();
    }

    @DELETE
    @Path("{region}")
    @Operation(summary = "Empties the second-level cache of one entity for all instances")
    public Response empty(@PathParam("region") String region) {
        if (!caches.empty(region)) {
            throw ProblemException.notFound("region '" + region + "'; there are " + caches.regions());
        }
        operations.note("CACHE_EMPTIED", "cache", region);
        return Response.noContent().build();
    }
}
