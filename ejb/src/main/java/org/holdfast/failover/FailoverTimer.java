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
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.driver.NodeConnections;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeFailed;
import org.holdfast.topology.Topology;

/** The beats of lease and failover: one renews this instance's vote, the other watches the writer and switches it. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class FailoverTimer {
    private static final Logger LOG = Logger.getLogger(FailoverTimer.class.getName());
    private static final long WATCH_MILLIS = 50;
    private static final long REJOIN_MILLIS = 1000;
    private static final int RENEWALS_A_LIFE = 4;

    private enum Beat {
        RENEW_ON_PRIMARY,
        RENEW_ON_FAILOVER,
        WATCH,
        REJOIN
    }

    @Resource
    TimerService timers;

    @Resource
    ManagedExecutorService executor;

    @Inject
    FailoverConfig config;

    @Inject
    CurrentTopology current;

    @Inject
    Standing standing;

    @Inject
    Lease lease;

    @Inject
    Takeover takeover;

    @Inject
    PlannedSwitch planned;

    @Inject
    Rejoin rejoin;

    @Inject
    Event<NodeFailed> askNode;

    // Touched by the watching beat alone.
    private long abortedEpoch;

    @PostConstruct
    void start() {
        // One for each head: a renewal that hangs at the old writer must not cost the new one its lease.
        long renewalMillis = config.ttl().toMillis() / RENEWALS_A_LIFE;
        timers.createIntervalTimer(0, renewalMillis, new TimerConfig(Beat.RENEW_ON_PRIMARY, false));
        timers.createIntervalTimer(0, renewalMillis, new TimerConfig(Beat.RENEW_ON_FAILOVER, false));
        timers.createIntervalTimer(0, WATCH_MILLIS, new TimerConfig(Beat.WATCH, false));
        timers.createIntervalTimer(REJOIN_MILLIS, REJOIN_MILLIS, new TimerConfig(Beat.REJOIN, false));
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    void beat(Timer timer) {
        try {
            switch ((Beat) timer.getInfo()) {
                case RENEW_ON_PRIMARY -> renew(Cluster.primary);
                case RENEW_ON_FAILOVER -> renew(Cluster.failover);
                case WATCH -> watch();
                case REJOIN -> rejoin.run(current.get());
            }
        } catch (RuntimeException failure) {
            // A beat that throws twice would be the last one.
            LOG.log(Level.SEVERE, "a beat of the failover failed", failure);
        }
    }

    private void renew(Cluster writer) {
        Topology now = current.get();
        if (now.newest()
                .filter(newest -> newest.writer() == writer)
                .filter(lease::renew)
                .isPresent()) {
            now.primary().map(Node::id).map(NodeFailed::new).ifPresent(askNode::fireAsync);
        }
    }

    private void watch() {
        standing.beat(System.nanoTime());
        Topology now = current.get();
        if (now.newest().filter(epoch -> watch(now, epoch)).isPresent()) {
            now.nodes().stream()
                    .filter(Node::isHead)
                    .map(Node::id)
                    .map(NodeFailed::new)
                    .forEach(askNode::fireAsync);
        }
    }

    private boolean watch(Topology now, Epoch newest) {
        return switch (newest.state()) {
            case claimed -> newest.previousEnd().isPresent() ? planned.open(now, newest) : takeover.goOn(now, newest);
            case open -> {
                takeover.settle(newest);
                yield replaceIfLost(now, newest);
            }
            case closing -> replaceIfLost(now, newest) || planned.close(now, newest);
            case ended -> replaceIfLost(now, newest) || planned.finish(now, newest);
        };
    }

    private boolean replaceIfLost(Topology now, Epoch newest) {
        Optional<String> lost =
                standing.whyLost(newest.number(), System.nanoTime()).filter(why -> takeover.isWanted(newest));
        if (lost.isPresent() && abortedEpoch != newest.number()) {
            // Whoever waits for it would wait on; what has not happened is tried again on the next writer.
            abortedEpoch = newest.number();
            now.primary().ifPresent(writer -> NodeConnections.lose(writer.id().name(), executor));
        }
        if (abortedEpoch == newest.number() && standing.isAnswering()) {
            abortedEpoch = 0;
            now.primary().ifPresent(writer -> NodeConnections.regain(writer.id().name()));
        }
        return lost.filter(why -> takeover.run(now, newest, why)).isPresent();
    }
}
