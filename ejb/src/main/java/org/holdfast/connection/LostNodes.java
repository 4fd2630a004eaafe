package org.holdfast.connection;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.driver.NodeConnections;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.TopologyChanged;

/**
 * Frees whoever waits for a node that has just gone down: without this, work on a node that went silent would wait until
 * its socket times out, once for each pooled connection.
 */
@ApplicationScoped
class LostNodes {
    private static final Logger LOG = Logger.getLogger(LostNodes.class.getName());

    @Resource
    ManagedExecutorService executor;

    @Inject
    CurrentTopology current;

    @Inject
    NodeGates gates;

    @Inject
    WarmPools pools;

    // Events may overtake each other. Whichever is handled last reads the newest topology, because it
    // is published first.
    synchronized void changed(@ObservesAsync TopologyChanged event) {
        for (Node node : current.get().nodes()) {
            String name = node.id().name();
            if (node.isUp()) {
                NodeConnections.regain(name);
            }
            // One that is suspect stays as it is: it may have been given up for its silence.
            if (node.state() != NodeState.down) {
                continue;
            }
            int aborted = NodeConnections.lose(name, executor);
            if (aborted > 0) {
                LOG.log(Level.INFO, "node {0} is down: {1} of its connections aborted", new Object[] {name, aborted});
            }
        }
        tryThoseThatCameBack(event);
    }

    // After they were regained: a trial before would fail.
    private void tryThoseThatCameBack(TopologyChanged event) {
        for (Node node : event.after().nodes()) {
            boolean wasUp = event.before().node(node.id()).filter(Node::isUp).isPresent();
            if (node.isUp() && !wasUp) {
                gates.gate(node.id()).breaker().tryNow(System.nanoTime());
                pools.warm(node.id());
            }
        }
    }
}
