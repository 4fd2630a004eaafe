package org.holdfast.web.health;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.holdfast.connection.BreakerState;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeFacts;
import org.holdfast.topology.Topology;
import org.jspecify.annotations.Nullable;

/**
 * A node as callers see it. What is not known is left out.
 *
 * @param role primary (takes the writes), failover (head of the other cluster) or replica
 * @param state up, suspect, down or unknown
 * @param since when it came into its state; for operators only
 * @param reason why it is in its state; for operators only
 * @param tls the TLS version of the probe's connection, or off
 * @param breaker whether this instance sends sessions to it: closed (yes), half-open (one, to try) or open (no); for operators
 *     only
 */
public record NodeView(
        String name,
        String cluster,
        String role,
        String state,
        @Nullable Instant since,
        @Nullable String reason,
        @Nullable String version,
        @Nullable String tls,
        @Nullable Integer activeConnections,
        @Nullable Long responseMillis,
        @Nullable Long lagMillis,
        @Nullable Long lagBytes,
        @Nullable String breaker) {
    static NodeView brief(Topology topology, Node node) {
        return of(topology, node, null, null, null);
    }

    static NodeView full(Topology topology, Node node, BreakerState breaker) {
        return of(topology, node, node.since(), node.reason().isEmpty() ? null : node.reason(), breaker.label());
    }

    private static NodeView of(
            Topology topology, Node node, @Nullable Instant since, @Nullable String reason, @Nullable String breaker) {
        return new NodeView(
                node.id().name(),
                node.cluster().name(),
                topology.roleOf(node).name(),
                node.state().name(),
                since,
                reason,
                node.facts().map(NodeFacts::version).orElse(null),
                node.facts().map(NodeFacts::tls).orElse(null),
                node.facts().map(NodeFacts::activeConnections).orElse(null),
                node.responseTime().map(Duration::toMillis).orElse(null),
                node.lag().map(Duration::toMillis).orElse(null),
                boxed(node.lagBytes()),
                breaker);
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
