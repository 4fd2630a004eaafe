package org.holdfast.connection;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.holdfast.connection.RoutingPolicy.Route;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;

/** The ways to all nodes. Thread-safe. */
public final class NodeGates {
    private final Map<NodeId, NodeGate> gates = new LinkedHashMap<>();
    private final SilenceWatch silence;

    NodeGates(List<NodeId> nodes, GateConfig config, SilenceWatch silence) {
        this.silence = silence;
        nodes.forEach(node -> gates.put(node, new NodeGate(node, config)));
    }

    /** Whether sessions are sent to a node. */
    public BreakerState breaker(NodeId node) {
        return gate(node).breaker().state();
    }

    NodeGate gate(NodeId node) {
        NodeGate gate = gates.get(node);
        if (gate == null) {
            throw new IllegalArgumentException("node " + node + " is not one of " + gates.keySet());
        }
        return gate;
    }

    Collection<NodeGate> all() {
        return gates.values();
    }

    /**
     * The route of a read, around nodes that are silent or whose breaker is open. When it leaves no other, the node that failed longest ago is
     * tried all the same: a breaker never makes the only node that works unusable.
     *
     * @param policy chooses among the nodes of a topology
     */
    Route routeRead(Topology topology, long nanos, Function<Topology, Route> policy) {
        Set<NodeId> silent = silence.silent();
        if (!silent.isEmpty()) {
            try {
                return routeRead(topology.without(silent), nanos, new HashSet<>(), policy);
            } catch (NothingHappenedException noneIsLeft) {
                return policy.apply(topology);
            }
        }
        return routeRead(topology, nanos, new HashSet<>(), policy);
    }

    private Route routeRead(Topology topology, long nanos, Set<NodeId> avoided, Function<Topology, Route> policy) {
        Route route = policy.apply(topology);
        while (!gate(route.node().id()).breaker().tryPass(nanos)) {
            avoided.add(route.node().id());
            try {
                route = policy.apply(topology.without(avoided));
            } catch (NothingHappenedException noneIsLeft) {
                avoided.remove(failedLongestAgo(avoided, nanos));
                return policy.apply(topology.without(avoided));
            }
        }
        return route;
    }

    private NodeId failedLongestAgo(Set<NodeId> nodes, long nanos) {
        return nodes.stream()
                .max(Comparator.comparingLong(node -> gate(node).breaker().nanosSinceFailure(nanos)))
                .orElseThrow();
    }

    /**
     * The route of a write: there is one node to go to, and while its breaker is open its callers wait or are told so.
     *
     * @throws NothingHappenedException (connection) while the breaker of the writer is open
     */
    Route routeWrite(Topology topology, long nanos, Function<Topology, Route> policy) {
        Route route = policy.apply(topology);
        if (!gate(route.node().id()).breaker().tryPass(nanos)) {
            throw new NothingHappenedException(
                    ErrorCategory.CONNECTION,
                    "node " + route.node().id() + " could not be connected to just now and is left alone for a moment");
        }
        return route;
    }
}
