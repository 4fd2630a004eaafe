package org.holdfast.topology;

import java.util.HashSet;
import java.util.List;

/**
 * Which nodes there are. Each list begins with the head of the cluster; its replicas follow.
 *
 * @param primary nodes of the primary cluster, at least one
 * @param failover nodes of the failover cluster; empty when there is none
 */
public record TopologyConfig(List<NodeId> primary, List<NodeId> failover) {
    public TopologyConfig {
        primary = List.copyOf(primary);
        failover = List.copyOf(failover);
        if (primary.isEmpty()) {
            throw new IllegalArgumentException("the primary cluster needs at least one node");
        }
        HashSet<NodeId> seen = new HashSet<>(primary);
        if (seen.size() < primary.size() || failover.stream().anyMatch(id -> !seen.add(id))) {
            throw new IllegalArgumentException("a node is named twice in " + primary + " and " + failover);
        }
    }
}
