package org.holdfast.topology;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All nodes at one instant. Read it once for a decision and pass it on.
 *
 * @param epochs newest first, the last hundred; empty until a head told them
 * @param nodes heads first within their cluster, the primary cluster first
 */
public record Topology(List<Epoch> epochs, List<Node> nodes, Instant at) {
    public Topology {
        epochs = List.copyOf(epochs);
        nodes = List.copyOf(nodes);
    }

    /** Grows with every switch of the writer; 0 until a head told it. */
    public long epoch() {
        return newest().map(Epoch::number).orElse(0L);
    }

    /** The cluster that takes the writes. */
    public Cluster writer() {
        return newest().map(Epoch::writer).orElse(Cluster.primary);
    }

    /** Whether the newest epoch takes writes; not while the writer is being switched. */
    public boolean isOpen() {
        return newest().filter(epoch -> epoch.state() != EpochState.open).isEmpty();
    }

    /** The newest epoch. */
    public Optional<Epoch> newest() {
        return epochs.stream().findFirst();
    }

    /** The epoch of that number; empty when it is not known, or too old to be remembered. */
    public Optional<Epoch> epoch(long number) {
        return epochs.stream().filter(epoch -> epoch.number() == number).findFirst();
    }

    /** The head of the writing cluster. */
    public Optional<Node> primary() {
        return head(writer());
    }

    /** The first node of a cluster. */
    public Optional<Node> head(Cluster cluster) {
        return nodes.stream()
                .filter(node -> node.isHead() && node.cluster() == cluster)
                .findFirst();
    }

    /** Whether the newest epoch and the state of every node are those of another topology. */
    public boolean hasSameStates(Topology other) {
        return newest().equals(other.newest()) && states().equals(other.states());
    }

    private List<NodeState> states() {
        return nodes.stream().map(Node::state).toList();
    }

    public NodeRole roleOf(Node node) {
        if (!node.isHead()) {
            return NodeRole.replica;
        }
        return node.cluster() == writer() ? NodeRole.primary : NodeRole.failover;
    }

    /** The same, as if some nodes were not there. */
    public Topology without(Set<NodeId> absent) {
        return new Topology(
                epochs,
                nodes.stream().filter(node -> !absent.contains(node.id())).toList(),
                at);
    }

    public Optional<Node> node(NodeId id) {
        return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
    }
}
