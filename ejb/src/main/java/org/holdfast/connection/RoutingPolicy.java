package org.holdfast.connection;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * Chooses the one node of a session. A write goes to the head of the writing cluster and nowhere else; a node that is down
 * is never chosen. Equal inputs give equal routes, but for what {@link ReplayedPositions} has learned meanwhile.
 */
public final class RoutingPolicy {
    private final RoutingConfig config;
    private final ReplayedPositions replayed;

    public RoutingPolicy(RoutingConfig config, ReplayedPositions replayed) {
        this.config = config;
        this.replayed = replayed;
    }

    /**
     * Where a session goes.
     *
     * @param mustHave the position that the node has to reach before it is read from; empty when it is known to have it
     */
    public record Route(Node node, Optional<LogPosition> mustHave) {
        static Route to(Node node) {
            return new Route(node, Optional.empty());
        }
    }

    /**
     * The node that takes the writes.
     *
     * @throws NothingHappenedException (connection) while there is none
     */
    public Route routeWrite(Topology topology) {
        if (!topology.isOpen()) {
            throw new NothingHappenedException(
                    ErrorCategory.CONNECTION, "the writer is being switched: " + describe(topology));
        }
        return Route.to(primary(topology, Node::isUsable)
                .orElseThrow(() -> new NothingHappenedException(
                        ErrorCategory.CONNECTION, "no node takes writes: " + describe(topology))));
    }

    /**
     * The node to read from.
     *
     * @param tokens what must be visible, in terms of any epoch
     * @param affinity equal numbers go to the same replica while the same replicas are fit, so that a caller's reads do
     *     not move back and forth between two snapshots
     * @throws NothingHappenedException (connection) while no node may serve this read
     * @throws RefusedException (in-doubt) when a token's write did not survive a switch of the writer
     */
    public Route routeRead(Topology topology, Consistency consistency, List<ConsistencyToken> tokens, int affinity) {
        return switch (consistency) {
            case strong -> strong(topology);
            case session -> session(topology, tokens, affinity);
            case eventual ->
                pick(fitReplicas(topology), affinity)
                        .or(() -> primary(topology, Node::isUp))
                        .or(() -> pick(otherCluster(topology), affinity))
                        .or(() -> primary(topology, Node::isUsable))
                        .map(Route::to)
                        .orElseThrow(() -> noNode(topology, consistency));
        };
    }

    private static Route strong(Topology topology) {
        if (!topology.isOpen()) {
            throw noNode(topology, Consistency.strong);
        }
        return primary(topology, Node::isUsable).map(Route::to).orElseThrow(() -> noNode(topology, Consistency.strong));
    }

    private Route session(Topology topology, List<ConsistencyToken> tokens, int affinity) {
        List<Node> fit = fitReplicas(topology);
        Optional<LogPosition> latest =
                tokens.stream().map(token -> required(topology, token)).max(Comparator.naturalOrder());
        if (latest.isEmpty()) {
            return pick(fit, affinity)
                    .or(() -> primary(topology, Node::isUp))
                    .or(() -> pick(otherCluster(topology), affinity))
                    .or(() -> primary(topology, Node::isUsable))
                    .map(Route::to)
                    .orElseThrow(() -> noNode(topology, Consistency.session));
        }
        LogPosition required = latest.get();
        List<Node> having = fit.stream()
                .filter(node -> isReached(replayed.of(topology, node), required))
                .toList();
        if (!having.isEmpty()) {
            return Route.to(pick(having, affinity).orElseThrow());
        }
        // It may well have more by now than was last heard of it; the question travels with the
        // session's first message.
        return pick(fit, affinity)
                .map(node -> new Route(node, Optional.of(required)))
                .or(() -> primary(topology, Node::isUp).map(Route::to))
                .or(() -> otherHead(topology, tokens, required).map(Route::to))
                .or(() -> primary(topology, Node::isUsable).map(Route::to))
                .orElseThrow(() -> noNode(topology, Consistency.session));
    }

    /** Where the writing cluster's log has the token's write. */
    private static LogPosition required(Topology topology, ConsistencyToken token) {
        if (token.epoch() == topology.epoch()) {
            return token.position();
        }
        if (token.epoch() > topology.epoch()) {
            throw noNode(topology, Consistency.session); // the switch has not been heard of yet
        }
        Optional<LogPosition> end = topology.epoch(token.epoch() + 1).flatMap(Epoch::previousEnd);
        if (end.isPresent() && end.get().isBefore(token.position())) {
            throw new RefusedException(
                    ErrorCategory.IN_DOUBT,
                    "the write of Holdfast-Token " + token + " may have been lost when the writer was switched:"
                            + " read what it wrote, or send it again with its Idempotency-Key");
        }
        return topology.newest().flatMap(Epoch::start).orElseThrow(() -> noNode(topology, Consistency.session));
    }

    private static boolean isReached(Optional<LogPosition> position, LogPosition required) {
        return position.isPresent() && !position.get().isBefore(required);
    }

    private List<Node> fitReplicas(Topology topology) {
        return topology.nodes().stream()
                .filter(node -> node.cluster() == topology.writer() && !node.isHead() && node.isUp())
                .filter(this::isWithinLag)
                .toList();
    }

    private boolean isWithinLag(Node node) {
        return node.lag().isPresent() && node.lag().get().compareTo(config.maxReplayLag()) <= 0;
    }

    private List<Node> otherCluster(Topology topology) {
        return topology.nodes().stream()
                .filter(node -> node.cluster() != topology.writer() && node.isUp() && isWithinLag(node))
                .toList();
    }

    // Its replica does not tell how much of the writer's log it has.
    private static Optional<Node> otherHead(Topology topology, List<ConsistencyToken> tokens, LogPosition required) {
        return topology.head(topology.writer().other())
                .filter(Node::isUp)
                .filter(node -> tokens.stream().allMatch(token -> token.epoch() == topology.epoch())
                        && isReached(node.applied(), required));
    }

    private static Optional<Node> primary(Topology topology, Predicate<Node> isFit) {
        return topology.primary().filter(isFit);
    }

    private static Optional<Node> pick(List<Node> candidates, int affinity) {
        return candidates.isEmpty()
                ? Optional.empty()
                : Optional.of(candidates.get(Math.floorMod(affinity, candidates.size())));
    }

    private static NothingHappenedException noNode(Topology topology, Consistency consistency) {
        return new NothingHappenedException(
                ErrorCategory.CONNECTION,
                "no node may serve a read with " + consistency + " consistency: " + describe(topology));
    }

    private static String describe(Topology topology) {
        String nodes = topology.nodes().stream()
                .map(node -> node.id() + " " + describe(node, topology.at()))
                .collect(Collectors.joining(", "));
        return topology.isOpen()
                ? nodes
                : "epoch " + topology.epoch() + " of the " + topology.writer() + " cluster is "
                        + topology.newest().map(Epoch::state).orElseThrow() + "; " + nodes;
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
