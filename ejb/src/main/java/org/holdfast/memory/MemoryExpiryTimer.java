package org.holdfast.memory;

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
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.connection.SessionException;

/**
 * Removes memories that have expired, once a minute, in small transactions that hold nobody up. Every instance does; they pass each
 * other over.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class MemoryExpiryTimer {
    private static final Logger LOG = Logger.getLogger(MemoryExpiryTimer.class.getName());
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    @Resource
    TimerService timers;

    @Inject
    ExpiredMemories memories;

    @PostConstruct
    void start() {
        // Not at once: while the application starts the schema may not be there yet.
        timers.createIntervalTimer(INTERVAL.toMillis(), INTERVAL.toMillis(), new TimerConfig(null, false));
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    void beat() {
        try {
            int removed = memories.remove();
            if (removed > 0) {
                LOG.log(Level.INFO, "{0} memories that had expired were removed", removed);
            }
        } catch (SessionException failure) {
            // Nobody sees them; the next beat goes on.
            LOG.log(Level.INFO, "expired memories stay for now: {0}", failure.getMessage());
        }
    }
}
