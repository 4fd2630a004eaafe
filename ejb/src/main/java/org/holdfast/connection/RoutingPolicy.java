package org.holdfast.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * Chooses the one node of a session. Pure: equal inputs give equal routes. A write goes to the head of the writing cluster
 * and nowhere else; a node that is down is never chosen.
 */
public final class RoutingPolicy {
    private final RoutingConfig config;

    public RoutingPolicy(RoutingConfig config) {
        this.config = config;
    }

    /**
     * The node that takes the writes.
     *
     * @throws NothingHappenedException (connection) while there is none
     */
    public Node routeWrite(Topology topology) {
        return usablePrimary(topology)
                .orElseThrow(() -> new NothingHappenedException(
                        ErrorCategory.CONNECTION, "no node takes writes: " + describe(topology)));
    }

    /**
     * The node to read from.
     *
     * @param token the newest write that must be visible, in terms of any epoch
     * @param affinity equal numbers go to the same replica while the same replicas are fit, so that a caller's reads do
     *     not move back and forth between two snapshots
     * @throws NothingHappenedException (connection) while no node may serve this read
     */
    public Node routeRead(Topology topology, Consistency consistency, Optional<ConsistencyToken> token, int affinity) {
        Optional<Node> replica = consistency == Consistency.strong
                ? Optional.empty()
                : pick(fitReplicas(topology, consistency == Consistency.session ? token : Optional.empty()), affinity);
        return replica.or(() -> usablePrimary(topology))
                .or(() -> consistency == Consistency.eventual ? otherCluster(topology, affinity) : Optional.empty())
                .orElseThrow(() -> new NothingHappenedException(
                        ErrorCategory.CONNECTION,
                        "no node may serve a read with " + consistency + " consistency: " + describe(topology)));
    }

    private List<Node> fitReplicas(Topology topology, Optional<ConsistencyToken> token) {
        return topology.nodes().stream()
                .filter(node -> node.cluster() == topology.writer() && !node.isHead() && node.isUp())
                .filter(this::isWithinLag)
                .filter(node -> token.isEmpty() || hasReplayed(topology, node, token.get()))
                .toList();
    }

    // What the replica is known to have needs no question to it; it may well have more by now, then the primary serves.
    private static boolean hasReplayed(Topology topology, Node node, ConsistencyToken token) {
        return token.epoch() == topology.epoch()
                && node.position().isPresent()
                && !node.position().get().isBefore(token.position());
    }

    private boolean isWithinLag(Node node) {
        return node.lag().isPresent() && node.lag().get().compareTo(config.maxReplayLag()) <= 0;
    }

    private Optional<Node> otherCluster(Topology topology, int affinity) {
        return pick(
                topology.nodes().stream()
                        .filter(node -> node.cluster() != topology.writer() && node.isUp() && isWithinLag(node))
                        .toList(),
                affinity);
    }

    private static Optional<Node> usablePrimary(Topology topology) {
        return topology.primary().filter(Node::isUsable);
    }

    private static Optional<Node> pick(List<Node> candidates, int affinity) {
        return candidates.isEmpty()
                ? Optional.empty()
                : Optional.of(candidates.get(Math.floorMod(affinity, candidates.size())));
    }

    private static String describe(Topology topology) {
        return topology.nodes().stream()
                .map(node -> node.id() + " " + describe(node, topology.at()))
                .collect(Collectors.joining(", "));
    }

    private static String describe(Node node, Instant now) {
        if (!node.isUp()) {
            return node.state() + " for " + seconds(Duration.between(node.since(), now));
        }
        return node.lag().map(lag -> seconds(lag) + " behind").orElse("up");
    }

    private static String seconds(Duration duration) {
        return Math.round(duration.toMillis() / 100.0) / 10.0 + " s";
    }
}
