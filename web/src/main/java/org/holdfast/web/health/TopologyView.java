package org.holdfast.web.health;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.holdfast.connection.BreakerState;
import org.holdfast.monitor.Transition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;
import org.jspecify.annotations.Nullable;

/**
 * The topology as callers see it.
 *
 * @param status UP while a node takes writes, else DOWN
 * @param writer the cluster that takes the writes
 * @param since when the writing node came into its state; for operators only
 * @param reason why writes are not taken; for operators only
 * @param decisions the last transitions that this instance saw, newest first; for operators only
 * @param switches the last epochs, newest first; for operators only
 */
public record TopologyView(
        String status,
        long epoch,
        String writer,
        Instant at,
        @Nullable Instant since,
        @Nullable String reason,
        List<NodeView> nodes,
        @Nullable List<Transition> decisions,
        @Nullable List<SwitchView> switches) {
    private static final int SWITCHES_MAX = 20;

    static TopologyView brief(Topology topology) {
        List<NodeView> nodes = topology.nodes().stream()
                .map(node -> NodeView.brief(topology, node))
                .toList();
        return new TopologyView(
                status(topology),
                topology.epoch(),
                topology.writer().name(),
                topology.at(),
                null,
                null,
                nodes,
                null,
                null);
    }

    static TopologyView full(Topology topology, List<Transition> decisions, Function<NodeId, BreakerState> breakers) {
        List<NodeView> nodes = topology.nodes().stream()
                .map(node -> NodeView.full(topology, node, breakers.apply(node.id())))
                .toList();
        return new TopologyView(
                status(topology),
                topology.epoch(),
                topology.writer().name(),
                topology.at(),
                topology.primary().map(Node::since).orElse(null),
                topology.primary()
                        .map(Node::reason)
                        .filter(text -> !text.isEmpty())
                        .orElse(null),
                nodes,
                decisions,
                topology.epochs().stream()
                        .limit(SWITCHES_MAX)
                        .map(SwitchView::of)
                        .toList());
    }

    static boolean takesWrites(Topology topology) {
        return topology.isOpen() && topology.primary().filter(Node::isUsable).isPresent();
    }

    private static String status(Topology topology) {
        return takesWrites(topology) ? "UP" : "DOWN";
    }
}
