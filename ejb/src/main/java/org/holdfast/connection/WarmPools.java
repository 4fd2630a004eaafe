package org.holdfast.connection;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.NodeId;

/**
 * Opens a few connections to a node that has come, or come back. Otherwise its pool is empty when another cluster's failure
 * sends every read there at once, and each would begin with a TLS handshake. Thread-safe.
 */
@ApplicationScoped
class WarmPools {
    private static final Logger LOG = Logger.getLogger(WarmPools.class.getName());
    private static final int CONNECTIONS = 4;

    @Resource
    ManagedExecutorService executor;

    @Inject
    GateConfig config;

    /** Returns at once. */
    void warm(NodeId node) {
        executor.execute(() -> open(node));
    }

    private void open(NodeId node) {
        List<Connection> opened = new ArrayList<>();
        try {
            DataSource pool = InitialContext.doLookup("jdbc/" + node);
            for (int i = 0; i < Math.min(CONNECTIONS, config.poolSize() / 2); i++) {
                opened.add(pool.getConnection());
            }
        } catch (SQLException | NamingException failure) {
            // It is gone again, or busy, which warms it too.
            LOG.log(Level.FINE, failure, () -> "the pool of node " + node + " stays cold");
        } finally {
            opened.forEach(WarmPools::giveBack);
        }
    }

    private static void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException failure) {
            LOG.log(Level.FINE, "a connection could not be given back", failure);
        }
    }
}
