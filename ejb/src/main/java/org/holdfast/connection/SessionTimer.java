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
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;

/** Names sessions that do not end, once each. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class SessionTimer {
    private static final Logger LOG = Logger.getLogger(SessionTimer.class.getName());
    private static final long INTERVAL_MILLIS_MAX = 10_000;

    @Resource
    TimerService timers;

    @Inject
    ObservationConfig config;

    @Inject
    OpenSessions open;

    @Inject
    SessionMetrics metrics;

    @Inject
    EntityCaches caches;

    @PostConstruct
    void start() {
        metrics.registerGauges();
        caches.registerGauges();
        schedule();
    }

    private void schedule() {
        if (!config.leakAfter().isZero()) {
            long interval = Math.min(INTERVAL_MILLIS_MAX, config.leakAfter().toMillis());
            timers.createIntervalTimer(interval, interval, new TimerConfig(null, false));
        }
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::schedule);
    }

    @Timeout
    void beat() {
        long now = System.nanoTime();
        for (NodePass pass : open.newlyHeldBeyond(config.leakAfter(), now)) {
            LOG.log(
                    Level.WARNING,
                    () -> "a session has held a connection to " + pass.node() + " for "
                            + pass.heldFor(now).toSeconds() + " s ("
                            + pass.trace().intent().label() + "): " + pass.where());
        }
    }
}
