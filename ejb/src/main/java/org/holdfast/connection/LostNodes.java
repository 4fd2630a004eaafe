package org.holdfast.connection;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.driver.NodeConnections;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.TopologyChanged;

/**
 * Frees whoever waits for a node that has just gone down: without this, work on a node that went silent would wait until
 * its socket times out.
 */
@ApplicationScoped
class LostNodes {
    private static final Logger LOG = Logger.getLogger(LostNodes.class.getName());

    @Resource
    ManagedExecutorService executor;

    void changed(@ObservesAsync TopologyChanged event) {
        for (Node node : event.after().nodes()) {
            boolean wasDown = event.before()
                    .node(node.id())
                    .map(before -> before.state() == NodeState.down)
                    .orElse(false);
            if (node.state() == NodeState.down && !wasDown) {
                int aborted = NodeConnections.abort(node.id().name(), executor);
                LOG.log(Level.INFO, "node {0} is down: {1} of its connections aborted", new Object[] {node.id(), aborted
                });
            }
        }
    }
}
