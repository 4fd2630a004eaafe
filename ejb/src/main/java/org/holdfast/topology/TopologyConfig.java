package org.holdfast.topology;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which nodes there are. Each list begins with the head of the cluster; its replicas follow.
 *
 * @param primary nodes of the primary cluster, at least one
 * @param failover nodes of the failover cluster; empty when there is none
 * @param heartbeatReaders replicas that do not tell how far they have replayed, as those over shared storage: what they show
 *     of the writer's beats tells it
 */
public record TopologyConfig(List<NodeId> primary, List<NodeId> failover, Set<NodeId> heartbeatReaders) {
    public TopologyConfig {
        primary = List.copyOf(primary);
        failover = List.copyOf(failover);
        heartbeatReaders = Set.copyOf(heartbeatReaders);
        if (primary.isEmpty()) {
            throw new IllegalArgumentException("the primary cluster needs at least one node");
        }
        HashSet<NodeId> seen = new HashSet<>(primary);
        if (seen.size() < primary.size() || failover.stream().anyMatch(id -> !seen.add(id))) {
            throw new IllegalArgumentException("a node is named twice in " + primary + " and " + failover);
        }
        for (NodeId reader : heartbeatReaders) {
            if (!seen.contains(reader) || primary.indexOf(reader) == 0 || failover.indexOf(reader) == 0) {
                throw new IllegalArgumentException(
                        "heartbeat reader " + reader + " is no replica of " + primary + " and " + failover);
            }
        }
    }

    /** Of replicas that all tell their own position. */
    public TopologyConfig(List<NodeId> primary, List<NodeId> failover) {
        this(primary, failover, Set.of());
    }

    /** Whether the node may take writes; the others are replicas. */
    public boolean isHead(NodeId node) {
        return primary.indexOf(node) == 0 || failover.indexOf(node) == 0;
    }

    public boolean isFollowedByHeartbeat(NodeId node) {
        return heartbeatReaders.contains(node);
    }
}
