package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;

/**
 * Waits until the other cluster has flushed a write, by asking the writer how far the other cluster has confirmed its log.
 * Needs no setting of the servers, and a wait that ends without success says so. Thread-safe.
 */
@ApplicationScoped
class DurableWrites {
    private static final Logger LOG = Logger.getLogger(DurableWrites.class.getName());
    private static final String CONFIRMED =
            "select confirmed_flush_lsn >= ?::pg_lsn from pg_replication_slots where slot_name = 'holdfast'";
    private static final long ASK_AGAIN_NANOS = Duration.ofMillis(2).toNanos();
    private static final long ASK_AGAIN_NANOS_MAX = Duration.ofMillis(50).toNanos();

    @Inject
    CurrentTopology topology;

    @Inject
    DurabilityConfig config;

    @Inject
    NodeGates gates;

    /** Whether the other cluster has the write; false when it did not within the configured time, or nobody can tell. */
    boolean awaitInOtherCluster(ConsistencyToken written) {
        Topology now = topology.get();
        if (!isFollowed(now)) {
            return false;
        }
        NodeId writer = now.primary().orElseThrow().id();
        PoolUse use = gates.gate(writer).pool();
        try {
            Connection taken = use.acquire(() -> pool(writer).getConnection());
            try (Connection connection = taken) {
                return isConfirmedInTime(connection, written);
            } finally {
                use.release();
            }
        } catch (SQLException unknown) {
            LOG.log(Level.WARNING, unknown, () -> "whether the other cluster has " + written + " is not known");
            return false;
        }
    }

    // A standby that is still being copied confirms the log, and passes over the tables that it does not have yet.
    private static boolean isFollowed(Topology now) {
        return now.head(now.writer().other()).flatMap(Node::applied).isPresent();
    }

    private boolean isConfirmedInTime(Connection connection, ConsistencyToken written) throws SQLException {
        long deadline = System.nanoTime() + config.longest().toNanos();
        try (PreparedStatement question = connection.prepareStatement(CONFIRMED)) {
            question.setString(1, written.position().toString());
            for (long pause = ASK_AGAIN_NANOS; ; pause = Math.min(ASK_AGAIN_NANOS_MAX, pause + pause / 4)) {
                // An epoch that ended meanwhile is judged by what the switch recorded, which the token tells later.
                if (isConfirmed(question)) {
                    return isFollowed(topology.get()) && topology.get().epoch() == written.epoch();
                }
                if (System.nanoTime() - deadline >= 0
                        || topology.get().epoch() != written.epoch()
                        || !isFollowed(topology.get())) {
                    return false;
                }
                LockSupport.parkNanos(pause);
            }
        }
    }

    private static boolean isConfirmed(PreparedStatement question) throws SQLException {
        try (ResultSet row = question.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static DataSource pool(NodeId writer) throws SQLException {
        String name = "jdbc/" + writer;
        try {
            return InitialContext.doLookup(name);
        } catch (NamingException absent) {
            throw new SQLException("no JDBC resource " + name, "08001", absent);
        }
    }
}
