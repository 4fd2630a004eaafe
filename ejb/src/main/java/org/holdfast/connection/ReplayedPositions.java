package org.holdfast.connection;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyConfig;

/**
 * How far replicas are known to have replayed: what the probes saw, or what a session was told since, whichever is further.
 * Thread-safe.
 */
public final class ReplayedPositions {
    private record Known(long epoch, LogPosition position) {}

    private final Map<NodeId, Known> told = new ConcurrentHashMap<>();

    /**
     * The SQL expression that tells how far a replica is: itself, or by the newest beat of the epoch's writer that it shows.
     * Whatever was committed before a beat was written is there when the beat is.
     */
    static String question(TopologyConfig nodes, Node node, long epoch) {
        return nodes.isFollowedByHeartbeat(node.id())
                ? "coalesce((select h.lsn from ops.heartbeat h where h.epoch = " + epoch + "), '0/0')"
                : "pg_last_wal_replay_lsn()";
    }

    /** A session was told by the node itself. */
    void learn(long epoch, NodeId node, LogPosition position) {
        told.merge(node, new Known(epoch, position), ReplayedPositions::further);
    }

    Optional<LogPosition> of(Topology topology, Node node) {
        Known known = told.get(node.id());
        if (known == null || known.epoch != topology.epoch()) {
            return node.position();
        }
        return node.position().filter(probed -> known.position.isBefore(probed)).or(() -> Optional.of(known.position));
    }

    private static Known further(Known one, Known other) {
        if (one.epoch != other.epoch) {
            return one.epoch > other.epoch ? one : other;
        }
        return one.position.isBefore(other.position) ? other : one;
    }
}
