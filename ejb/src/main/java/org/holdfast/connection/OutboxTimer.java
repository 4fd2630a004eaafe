package org.holdfast.connection;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.Timer;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * Polls the cache's outbox at the head that takes the writes. Not in a session: those queue behind business calls, and a
 * cache that is out of use because the pool is would make that worse. The control pool's time-outs bound a poll to seconds.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class OutboxTimer {
    private static final Logger LOG = Logger.getLogger(OutboxTimer.class.getName());
    private static final String LEASE_EPOCH = "select ops.assert_lease()";

    @Resource
    TimerService timers;

    @Inject
    OutboxConfig config;

    @Inject
    CurrentTopology current;

    @Inject
    EntityCaches caches;

    private volatile boolean isFailing;

    @PostConstruct
    void start() {
        if (caches.hasOutbox()) {
            // One for each head: a poll that hangs at the old writer must not keep the new one's from being heard.
            for (Cluster cluster : Cluster.values()) {
                timers.createIntervalTimer(0, config.interval().toMillis(), new TimerConfig(cluster, false));
            }
        }
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    @SuppressWarnings("CatchingUnchecked") // A beat that throws twice would be the last one.
    void beat(Timer timer) {
        Topology now = current.get();
        Optional<Node> head = now.primary().filter(Node::isUp);
        if (now.writer() != (Cluster) timer.getInfo() || head.isEmpty()) {
            return;
        }
        try {
            poll(head.get());
            if (isFailing) {
                isFailing = false;
                LOG.log(Level.INFO, "the cache's outbox is read again");
            }
        } catch (SQLException | NamingException | RuntimeException failure) {
            // Told once: without polls the cache goes out of use by itself.
            if (!isFailing) {
                isFailing = true;
                LOG.log(Level.WARNING, "the cache''s outbox cannot be read at {0}: {1}", new Object[] {
                    head.get().id(), failure
                });
            }
        }
    }

    private void poll(Node head) throws SQLException, NamingException {
        DataSource pool = InitialContext.doLookup("jdbc/" + head.id() + "_control");
        try (Connection writer = pool.getConnection()) {
            // First: a head that held the lease then shows everything that was committed before, in any epoch.
            long epoch = leaseEpoch(writer);
            SessionCache.learnEpoch(epoch);
            caches.pollOutbox(writer, epoch);
        }
    }

    private static long leaseEpoch(Connection writer) throws SQLException {
        try (PreparedStatement statement = writer.prepareStatement(LEASE_EPOCH);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
