package org.holdfast.connection;

import java.time.Duration;
import java.util.List;
import org.holdfast.connection.RoutingPolicy.Route;
import org.holdfast.topology.Node;
import org.jspecify.annotations.Nullable;

/**
 * Pins one transaction after the other to a node, as the ConnectionManager does. It stands in this package to reach what no
 * other code should: benchmarks begin transactions without a container.
 */
public final class RouteOfOneNode {
    private static final GateConfig CONFIG = new GateConfig(
            20,
            100,
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            new BreakerConfig(5, Duration.ofSeconds(1), Duration.ofSeconds(10)));

    private static final TimeLimits LIMITS = new TimeLimits(Duration.ofSeconds(30), Duration.ofSeconds(600));

    private final Node node;
    private final TimeLimits limits;
    private final NodeGate gate;
    private final OpenSessions open = new OpenSessions();
    private @Nullable NodePass pass;

    public RouteOfOneNode(Node node) {
        this(node, LIMITS);
    }

    RouteOfOneNode(Node node, TimeLimits limits) {
        this.node = node;
        this.limits = limits;
        this.gate = new NodeGates(
                        List.of(node.id()), CONFIG, new SilenceWatch(List.of(node.id()), Duration.ofMillis(100), 0))
                .gate(node.id());
    }

    /**
     * What the next transaction carries; the one before has ended.
     *
     * @param isTold whether its connection is to be told the tenant first
     */
    public Object next(AccessIntent intent, boolean isTold) {
        NodePass ended = pass;
        if (ended != null) {
            ended.close();
        }
        NodePass entered = NodePass.enter(gate, Route.to(node), new SessionTrace(intent, System.nanoTime()), open);
        pass = entered;
        PinnedRoute route =
                new PinnedRoute(entered, intent, SessionOptions.anonymous(), limits, "pg_last_wal_replay_lsn()");
        if (!isTold) {
            route.settings().told();
        }
        return route;
    }
}
