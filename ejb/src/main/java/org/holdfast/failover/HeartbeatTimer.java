package org.holdfast.failover;

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
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyConfig;

/** Writes the beats by which readers that do not tell their position are followed; none while there is no such reader. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class HeartbeatTimer {
    private static final Logger LOG = Logger.getLogger(HeartbeatTimer.class.getName());

    @Resource
    TimerService timers;

    @Inject
    HeartbeatConfig config;

    @Inject
    TopologyConfig nodes;

    @Inject
    CurrentTopology current;

    @Inject
    Heads heads;

    private final Obstacle obstacle = new Obstacle(LOG);

    @PostConstruct
    void start() {
        if (!nodes.heartbeatReaders().isEmpty()) {
            // One for each head: a beat that hangs at the old writer must not keep the new one's readers out.
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
    void beat(Timer timer) {
        try {
            Topology now = current.get();
            Cluster cluster = (Cluster) timer.getInfo();
            if (now.writer() == cluster && now.primary().filter(Node::isUp).isPresent()) {
                heads.of(cluster).orElseThrow().replication().beatForReaders(now.epoch(), config.interval());
                obstacle.gone();
            }
        } catch (SQLException failure) {
            obstacle.met("readers are not told how far they are: " + failure.getMessage());
        } catch (RuntimeException failure) {
            // A beat that throws twice would be the last one.
            LOG.log(Level.SEVERE, "a heartbeat failed", failure);
        }
    }
}
