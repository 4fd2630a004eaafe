package org.holdfast.monitor;

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
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.migration.SchemaReady;
import org.holdfast.topology.CurrentTopology;

/** Writes down how the nodes are, in every interval, on every instance: the first one counts. Keeps the months of samples. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class SampleTimer {
    private static final Logger LOG = Logger.getLogger(SampleTimer.class.getName());
    private static final Duration MONTHS_EVERY = Duration.ofHours(6);

    @Resource
    TimerService timers;

    @Inject
    CurrentTopology topology;

    @Inject
    NodeHistory history;

    @Inject
    MonitorConfig config;

    @Inject
    InstantSource clock;

    private Optional<Long> monthsKeptNanos = Optional.empty();
    private volatile boolean isSchemaReady;
    private boolean isFailing;

    @PostConstruct
    void start() {
        timers.createIntervalTimer(
                config.sampleInterval().toMillis(), config.sampleInterval().toMillis(), new TimerConfig(null, false));
    }

    /** Before, there is nowhere to write. */
    public void onSchemaReady(@Observes SchemaReady ready) {
        isSchemaReady = true;
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    @SuppressWarnings("CatchingUnchecked") // A beat that throws twice would be the last one.
    void beat() {
        if (!isSchemaReady) {
            return;
        }
        try {
            Instant now = clock.instant();
            history.add(intervalOf(now), topology.get());
            if (monthsKeptNanos
                    .filter(at -> System.nanoTime() - at < MONTHS_EVERY.toNanos())
                    .isEmpty()) {
                history.keepMonths(topology.get(), now, config.retentionMonths());
                monthsKeptNanos = Optional.of(System.nanoTime());
            }
            isFailing = false;
        } catch (SQLException | RuntimeException failure) {
            // Told once: while nobody takes writes there is a gap, and months are kept by the next beat that can.
            LOG.log(
                    isFailing ? Level.FINE : Level.INFO,
                    "the history of the nodes was not written, or its months were not kept: {0}",
                    failure.getMessage());
            isFailing = true;
        }
    }

    // All instances call the same moment the same.
    private Instant intervalOf(Instant now) {
        long millis = config.sampleInterval().toMillis();
        return Instant.ofEpochMilli(now.toEpochMilli() / millis * millis);
    }
}
