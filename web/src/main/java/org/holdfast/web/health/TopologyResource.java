package org.holdfast.web.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.holdfast.connection.NodeGates;
import org.holdfast.monitor.NodeHistory;
import org.holdfast.monitor.TransitionLog;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.web.AllowedTo;
import org.holdfast.web.Roles;
import org.jspecify.annotations.Nullable;

/** The topology with its reasons and its history, for operators. */
@Path("admin/topology")
@ApplicationScoped
@AllowedTo({Roles.ADMIN, Roles.OPERATOR})
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "admin")
public class TopologyResource {
    @Inject
    CurrentTopology current;

    @Inject
    TransitionLog log;

    @Inject
    NodeGates gates;

    @Inject
    NodeHistory history;

    @Inject
    InstantSource clock;

    @GET
    @Operation(summary = "The databases, since when and why they are as they are, and the last transitions")
    public TopologyView get() {
        return TopologyView.full(current.get(), log.newestFirst(), gates::breaker);
    }

    @GET
    @Path("history")
    @Operation(
            summary =
                    "How the databases were: state, lag, connections, transactions, over the last hour or another time")
    public HistoryView history(
            @QueryParam("node") @Nullable String node,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to,
            @QueryParam("points") @Nullable String points) {
        return HistoryView.of(HistoryQuery.parse(node, from, to, points, clock.instant()), history);
    }
}
