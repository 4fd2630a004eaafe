package org.holdfast.connection;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.driver.NodeConnections;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.NodeFailed;
import org.holdfast.topology.NodeId;

/** The beat of {@link SilenceWatch}: pings, and frees the readers of replicas that are silent. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class SilenceTimer {
    private static final Logger LOG = Logger.getLogger(SilenceTimer.class.getName());
    private static final Duration BEAT = Duration.ofMillis(25);

    @Resource
    TimerService timers;

    @Resource
    ManagedExecutorService executor;

    @Inject
    SilenceConfig config;

    @Inject
    SilenceWatch watch;

    @Inject
    OpenSessions open;

    @Inject
    CurrentTopology current;

    @Inject
    Event<NodeFailed> askNode;

    @Inject
    WarmPools pools;

    @PostConstruct
    void start() {
        if (!config.patience().isZero()) {
            timers.createIntervalTimer(0, BEAT.toMillis(), new TimerConfig(null, false));
        }
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    void beat() {
        long now = System.nanoTime();
        boolean hasWaitingReader = open.hasReadOlderThan(config.patience().dividedBy(3), now);
        for (NodeId node : watch.toPing(hasWaitingReader, BEAT, now)) {
            executor.execute(() -> ping(node));
        }
        for (NodeId node : watch.newlySilent(now)) {
            LOG.log(Level.INFO, "node {0} has been silent for {1} ms: reads go elsewhere", new Object[] {
                node, config.patience().toMillis()
            });
            askNode.fireAsync(new NodeFailed(node));
            // A head may be at work on writes, whose outcome would be in doubt.
            if (current.get().node(node).filter(replica -> !replica.isHead()).isPresent()) {
                NodeConnections.lose(node.name(), executor);
                if (!watch.isSilent(node)) {
                    NodeConnections.regain(node.name()); // it answered between the two
                }
            }
        }
    }

    private void ping(NodeId node) {
        boolean isAnswer = true;
        watch.leaves(node, System.nanoTime());
        try (Connection connection = pool(node).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        } catch (SQLException | NamingException failure) {
            // Refused at once is an answer, though not a good one: the probes see to it.
            isAnswer = !(failure instanceof SQLTimeoutException) && !watch.isSilent(node);
        }
        if (watch.ended(node, isAnswer, System.nanoTime())) {
            NodeConnections.regain(node.name());
            pools.warm(node);
            LOG.log(Level.INFO, "node {0} answers again", node);
        }
    }

    private static DataSource pool(NodeId node) throws NamingException {
        return InitialContext.doLookup("jdbc/" + node + "_probe");
    }
}
