package org.holdfast.audit;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.batch.operations.BatchRuntimeException;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
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
import java.util.EnumSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.migration.SchemaReady;

/** Starts the job {@code audit-seal} when there is something to seal and it does not run here. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class SealTimer {
    private static final Logger LOG = Logger.getLogger(SealTimer.class.getName());
    private static final Set<BatchStatus> RUNNING =
            EnumSet.of(BatchStatus.STARTING, BatchStatus.STARTED, BatchStatus.STOPPING);
    private static final Duration PARTITIONS_EVERY = Duration.ofHours(6);
    private static final Duration RETENTION_EVERY = Duration.ofMinutes(1);

    @Resource
    TimerService timers;

    @Inject
    WriterConnection writer;

    @Inject
    Sealer sealer;

    @Inject
    Retention retention;

    @Inject
    AuditConfig config;

    private Optional<Long> execution = Optional.empty();
    private Optional<Long> partitionsMadeNanos = Optional.empty();
    private Optional<Long> retainedNanos = Optional.empty();
    private Duration retainAgain = RETENTION_EVERY;
    private boolean isRetentionWaiting;
    private volatile boolean isSchemaReady;
    private boolean isFailing;

    @PostConstruct
    void start() {
        timers.createIntervalTimer(
                config.sealInterval().toMillis(), config.sealInterval().toMillis(), new TimerConfig(null, false));
    }

    /** Before, there is nothing to look at. */
    public void onSchemaReady(@Observes SchemaReady ready) {
        isSchemaReady = true;
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @PreDestroy
    void stop() {
        execution.ifPresent(id -> {
            try {
                BatchRuntime.getJobOperator().stop(id);
            } catch (BatchRuntimeException ended) {
                LOG.log(Level.FINE, "the job audit-seal has ended already", ended);
            }
        });
    }

    @Timeout
    @SuppressWarnings("CatchingUnchecked") // A beat that throws twice would be the last one.
    void beat() {
        if (!isSchemaReady) {
            return;
        }
        try {
            JobOperator operator = BatchRuntime.getJobOperator();
            if (execution.isPresent()
                    && RUNNING.contains(
                            operator.getJobExecution(execution.get()).getBatchStatus())) {
                return;
            }
            execution = Optional.empty();
            makePartitions();
            detachPartitions();
            if (writer.run(sealer::hasWork)) {
                execution = Optional.of(operator.start("audit-seal", new Properties()));
            }
            isFailing = false;
        } catch (SQLException | RuntimeException failure) {
            // Told once: while the writer is away there is nothing to seal.
            LOG.log(isFailing ? Level.FINE : Level.INFO, "audit entries wait to be sealed: {0}", failure.getMessage());
            isFailing = true;
        }
    }

    private void makePartitions() throws SQLException {
        if (isDue(partitionsMadeNanos, PARTITIONS_EVERY)) {
            partitionsMadeNanos = Optional.of(System.nanoTime());
            writer.onEachHead(Sealer::makePartitions);
        }
    }

    // One month a beat; what the writer has detached the other head detaches in the next one.
    private void detachPartitions() throws SQLException {
        if (!isDue(retainedNanos, retainAgain)) {
            return;
        }
        retainedNanos = Optional.of(System.nanoTime());
        retainAgain = RETENTION_EVERY;
        try {
            writer.onEachHead(Retention::follow);
            if (retention.detachOldest(writer).isPresent()) {
                retainedNanos = Optional.empty();
            }
            isRetentionWaiting = false;
        } catch (SQLException failure) {
            if (Retention.isRefused(failure)) {
                // To verify it again costs as much as to read all of it.
                retainAgain = PARTITIONS_EVERY;
            } else if (!Retention.isLocked(failure)) {
                throw failure;
            }
            // Told once: who reads the trail must not fill the log.
            LOG.log(
                    isRetentionWaiting ? Level.FINE : Level.WARNING,
                    "a month that is older than the retention stays in the audit trail for now: {0}",
                    failure.getMessage());
            isRetentionWaiting = true;
        }
    }

    private static boolean isDue(Optional<Long> doneNanos, Duration every) {
        return doneNanos.filter(at -> System.nanoTime() - at < every.toNanos()).isEmpty();
    }
}
