package org.holdfast.topology.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;

/** Topologies that read like a sentence: {@code primaryWithReplicas(2).lagging("replica1", ofSeconds(9)).topology()}. */
public final class Topologies {
    /** The moment every node is seen at. */
    public static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");
    /** Where every node's log ends. */
    public static final LogPosition POSITION = LogPosition.parse("0/1000000");

    private final List<Node> nodes = new ArrayList<>();

    private final List<Epoch> epochs = new ArrayList<>(List.of(epoch(1, Cluster.primary)));

    private Topologies() {}

    /** An open epoch. */
    public static Epoch epoch(long number, Cluster writer) {
        return epoch(number, writer, EpochState.open, Optional.empty(), Optional.empty());
    }

    private static Epoch epoch(
            long number,
            Cluster writer,
            EpochState state,
            Optional<LogPosition> previousEnd,
            Optional<LogPosition> start) {
        return new Epoch(number, writer, state, previousEnd, start, NOW.minusSeconds(60), "for a test");
    }

    /** Another epoch on top. */
    public Topologies switchedTo(Cluster writer, EpochState state, LogPosition previousEnd, LogPosition start) {
        epochs.add(0, epoch(epochs.get(0).number() + 1, writer, state, Optional.of(previousEnd), Optional.of(start)));
        return this;
    }

    public static Topologies primaryWithReplicas(int replicas) {
        Topologies made = new Topologies();
        made.add("primary", Cluster.primary, true);
        for (int n = 1; n <= replicas; n++) {
            made.add("replica" + n, Cluster.primary, false);
        }
        return made;
    }

    public Topologies andFailoverWithReplicas(int replicas) {
        add("failover", Cluster.failover, true);
        for (int n = 1; n <= replicas; n++) {
            add("failoverReplica" + n, Cluster.failover, false);
        }
        return this;
    }

    private void add(String name, Cluster cluster, boolean isHead) {
        nodes.add(node(name, cluster, isHead, NodeState.up, Duration.ZERO, POSITION));
    }

    public Topologies in(String name, NodeState state) {
        nodes.replaceAll(node -> node.id().name().equals(name)
                ? node(name, node.cluster(), node.isHead(), state, node.lag().orElseThrow(), POSITION)
                : node);
        return this;
    }

    public Topologies lagging(String name, Duration lag) {
        nodes.replaceAll(node -> node.id().name().equals(name)
                ? node(name, node.cluster(), node.isHead(), node.state(), lag, POSITION)
                : node);
        return this;
    }

    public Topologies replayed(String name, LogPosition position) {
        nodes.replaceAll(node -> node.id().name().equals(name)
                ? node(
                        name,
                        node.cluster(),
                        node.isHead(),
                        node.state(),
                        node.lag().orElseThrow(),
                        position)
                : node);
        return this;
    }

    public Topology topology() {
        return new Topology(epochs, nodes, NOW);
    }

    private static Node node(
            String name, Cluster cluster, boolean isHead, NodeState state, Duration lag, LogPosition position) {
        return new Node(
                new NodeId(name),
                cluster,
                isHead,
                state,
                NOW.minusSeconds(31),
                state == NodeState.up ? "" : "refused",
                Optional.of(position),
                Optional.empty(),
                Optional.of(lag),
                OptionalLong.of(0),
                Optional.of(Duration.ofMillis(1)),
                Optional.empty());
    }
}
