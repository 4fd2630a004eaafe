package org.holdfast.web.health;

import jakarta.annotation.security.PermitAll;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Topology;

/** Whether writes are taken, for load balancers and the page. Without log-in: it must answer while no database does. */
@Path("health/database")
@ApplicationScoped
@PermitAll
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "health")
public class DatabaseHealthResource {
    @Inject
    CurrentTopology current;

    @GET
    @Operation(summary = "The databases: 200 while one takes writes, else 503")
    public Response get() {
        Topology topology = current.get();
        return Response.status(TopologyView.takesWrites(topology) ? 200 : 503)
                .entity(TopologyView.brief(topology))
                .build();
    }
}
