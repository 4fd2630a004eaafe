package org.holdfast.connection;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;

/**
 * How far replicas are known to have replayed: what the probes saw, or what a session was told since, whichever is further.
 * Thread-safe.
 */
public final class ReplayedPositions {
    private record Known(long epoch, LogPosition position) {}

    private final Map<NodeId, Known> told = new ConcurrentHashMap<>();

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
