package org.holdfast.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyConfig;

/** Turns probe results into topologies. Thread-safe: one lock, held for no longer than it takes to compute. */
public final class HealthTracker {
    private static final int EPOCHS_MAX = 100;

    private final Map<NodeId, NodeTracker> nodes = new LinkedHashMap<>();
    private final Map<Cluster, LagMeter> meters = new EnumMap<>(Cluster.class);
    private final NavigableMap<Long, Epoch> epochs = new TreeMap<>(Comparator.reverseOrder());

    public HealthTracker(TopologyConfig topology, HealthConfig config, Instant now) {
        add(Cluster.primary, topology.primary(), topology, config, now);
        add(Cluster.failover, topology.failover(), topology, config, now);
    }

    private void add(Cluster cluster, List<NodeId> ids, TopologyConfig topology, HealthConfig config, Instant now) {
        meters.put(cluster, new LagMeter());
        for (NodeId id : ids) {
            nodes.put(id, new NodeTracker(id, cluster, topology, config, now));
        }
    }

    /**
     * Takes in one result.
     *
     * @param nanos the moment of {@link System#nanoTime()} that belongs to {@code now}
     */
    synchronized Topology record(NodeId id, ProbeResult result, Instant now, long nanos) {
        NodeTracker node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("node " + id + " is not one of " + nodes.keySet());
        }
        if (result instanceof ProbeResult.Answered answer) {
            node.answered(answer, now);
            learn(node, answer, nanos);
        } else if (result instanceof ProbeResult.Failed failure) {
            node.missed(failure.reason(), now);
        }
        return snapshot(now, nanos);
    }

    private void learn(NodeTracker node, ProbeResult.Answered answer, long nanos) {
        if (node.isHead) {
            meter(node.cluster).headWasAt(answer.position(), nanos);
            answer.epochs().forEach(epoch -> learn(epoch, node.cluster));
        }
    }

    // What an epoch's own head says of it counts; copies at the other head may be older.
    private void learn(Epoch epoch, Cluster teller) {
        if (teller == epoch.writer()) {
            epochs.put(epoch.number(), epoch);
        } else {
            epochs.putIfAbsent(epoch.number(), epoch);
        }
        while (epochs.size() > EPOCHS_MAX) {
            epochs.pollLastEntry();
        }
    }

    private Cluster writer() {
        return epochs.isEmpty()
                ? Cluster.primary
                : epochs.firstEntry().getValue().writer();
    }

    /** The topology as known now. */
    public synchronized Topology snapshot(Instant now, long nanos) {
        return new Topology(
                List.copyOf(epochs.values()),
                nodes.values().stream().map(node -> view(node, nanos)).toList(),
                now);
    }

    private Node view(NodeTracker node, long nanos) {
        // A beat is in the writer's terms: of a node of the other cluster it tells the lag, and no position of its own.
        Optional<LogPosition> position = node.last()
                .filter(answer -> !node.isByHeartbeat || node.cluster == writer())
                .map(ProbeResult.Answered::position);
        return new Node(
                node.id,
                node.cluster,
                node.isHead,
                node.state(),
                node.since(),
                node.reason(),
                position,
                node.cluster == writer() ? Optional.empty() : applied(node.cluster),
                node.state() == NodeState.unknown ? Optional.empty() : lag(node, nanos),
                lagBytes(node),
                node.last().map(ProbeResult.Answered::responseTime),
                node.lastDeep().flatMap(ProbeResult.Answered::facts));
    }

    // A node of the other cluster is as late as its cluster's head is behind the writer, plus what it is
    // behind that head.
    private Optional<Duration> lag(NodeTracker node, long nanos) {
        if (node.isByHeartbeat) {
            return node.last().flatMap(answer -> meter(writer()).lagOf(answer.position(), nanos));
        }
        Optional<Duration> withinCluster = node.isHead
                ? Optional.of(Duration.ZERO)
                : node.last().flatMap(answer -> meter(node.cluster).lagOf(answer.position(), nanos));
        if (node.cluster == writer()) {
            return withinCluster;
        }
        return withinCluster.flatMap(own -> applied(node.cluster)
                .flatMap(confirmed -> meter(writer()).lagOf(confirmed, nanos))
                .map(own::plus));
    }

    private OptionalLong lagBytes(NodeTracker node) {
        if (node.isHead) {
            return node.cluster == writer()
                    ? OptionalLong.of(0)
                    : applied(node.cluster)
                            .map(confirmed -> OptionalLong.of(meter(writer()).bytesBehind(confirmed)))
                            .orElse(OptionalLong.empty());
        }
        Cluster terms = node.isByHeartbeat ? writer() : node.cluster;
        return node.last()
                .map(answer -> OptionalLong.of(meter(terms).bytesBehind(answer.position())))
                .orElse(OptionalLong.empty());
    }

    // What it says itself, or the writer was told by it, whichever is further; nothing unless it follows
    // with every table.
    private Optional<LogPosition> applied(Cluster follower) {
        return headAnswer(follower)
                .flatMap(ProbeResult.Answered::following)
                .map(own -> headAnswer(writer())
                        .flatMap(ProbeResult.Answered::logicalPosition)
                        .filter(told -> own.isBefore(told))
                        .orElse(own));
    }

    private Optional<ProbeResult.Answered> headAnswer(Cluster cluster) {
        return nodes.values().stream()
                .filter(node -> node.isHead && node.cluster == cluster)
                .findFirst()
                .flatMap(NodeTracker::last);
    }

    private LagMeter meter(Cluster cluster) {
        LagMeter meter = meters.get(cluster);
        if (meter == null) {
            throw new IllegalStateException("no meter for " + cluster);
        }
        return meter;
    }
}
