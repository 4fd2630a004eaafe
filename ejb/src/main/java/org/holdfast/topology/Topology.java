package org.holdfast.topology;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All nodes at one instant. Read it once for a decision and pass it on.
 *
 * @param epoch grows with every switch of the writer; 0 until a node told it
 * @param writer the cluster that takes the writes
 * @param nodes heads first within their cluster, the primary cluster first
 */
public record Topology(long epoch, Cluster writer, List<Node> nodes, Instant at) {
    public Topology {
        nodes = List.copyOf(nodes);
    }

    /** The head of the writing cluster. */
    public Optional<Node> primary() {
        return nodes.stream()
                .filter(node -> node.isHead() && node.cluster() == writer)
                .findFirst();
    }

    public NodeRole roleOf(Node node) {
        if (!node.isHead()) {
            return NodeRole.replica;
        }
        return node.cluster() == writer ? NodeRole.primary : NodeRole.failover;
    }

    public Optional<Node> node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }
}
