package org.holdfast.idempotency;

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
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.SessionException;
import org.holdfast.connection.SessionOptions;

/** Forgets old keys once an hour, in small transactions that hold nobody up. Every instance does; they pass each other over. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ExpiryTimer {
    private static final Logger LOG = Logger.getLogger(ExpiryTimer.class.getName());
    // Not at once: while the application starts the schema may not be there yet.
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final int ROWS_MAX = 1000;
    private static final int CHUNKS_MAX = 1000;

    @Resource
    TimerService timers;

    @Inject
    ConnectionManager connections;

    @Inject
    IdempotencyConfig config;

    @PostConstruct
    void start() {
        timers.createIntervalTimer(FIRST.toMillis(), INTERVAL.toMillis(), new TimerConfig(null, false));
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    void beat() {
        int forgotten = 0;
        try {
            for (int chunk = 0; chunk < CHUNKS_MAX; chunk++) {
                int rows = forgetSome();
                forgotten += rows;
                if (rows < ROWS_MAX) {
                    break;
                }
            }
        } catch (SessionException failure) {
            // The next beat goes on; meanwhile the keys are good for longer than promised.
            LOG.log(Level.INFO, "old idempotency keys stay for now: {0}", failure.getMessage());
        }
        if (forgotten > 0) {
            LOG.log(Level.INFO, "{0} idempotency keys older than {1} were forgotten", new Object[] {
                forgotten, config.keep()
            });
        }
    }

    private int forgetSome() {
        return connections.write(
                SessionOptions.anonymous(),
                session -> ((Number) session.createNativeQuery(
                                        "select orchestration.forget_idempotent_work(make_interval(hours => ?), ?)")
                                .setParameter(1, Math.toIntExact(config.keep().toHours()))
                                .setParameter(2, ROWS_MAX)
                                .getSingleResult())
                        .intValue());
    }
}
