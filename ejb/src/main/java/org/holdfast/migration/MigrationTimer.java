package org.holdfast.migration;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.batch.operations.JobOperator;
import jakarta.batch.runtime.BatchRuntime;
import jakarta.batch.runtime.BatchStatus;
import jakarta.batch.runtime.JobExecution;
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
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.job.PatientBatchlet;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Starts the job {@code migration} after every start of the application, as soon as the writer answers, and again until it has
 * succeeded. The application is ready as soon as the writer has what it needs: neither a standby that is down nor a data
 * version that goes on for hours keeps it from work.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class MigrationTimer {
    private static final Logger LOG = Logger.getLogger(MigrationTimer.class.getName());
    private static final long INTERVAL_MILLIS = 500;
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Duration PAUSE_FIRST = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    @Resource
    TimerService timers;

    @Inject
    CurrentTopology topology;

    @Inject
    MigrationRunner runner;

    @Inject
    SchemaState state;

    @Inject
    Event<SchemaReady> ready;

    private boolean isMigrated;
    private boolean isTold;
    private boolean isLookedAt;
    private Optional<Long> execution = Optional.empty();
    private String lastObstacle = "";
    private Duration pause = PAUSE_FIRST;
    private long pausedUntilNanos = System.nanoTime();
    private long nextLookNanos = System.nanoTime();

    @PostConstruct
    void start() {
        timers.createIntervalTimer(0, INTERVAL_MILLIS, new TimerConfig(null, false));
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::start);
    }

    @Timeout
    void beat(Timer timer) {
        try {
            Topology now = topology.get();
            if (now.primary().filter(Node::isUp).isEmpty()) {
                if (!state.isReady()) {
                    obstacle("the schema waits for the primary to answer", null);
                }
                return;
            }
            boolean isReady = isReady(now.writer());
            isMigrated = isMigrated || migrate();
            if (isReady && !state.isReady()) {
                tell();
            }
        } catch (MigrationException refused) {
            obstacle("the schema cannot be changed: " + refused.getMessage(), null);
        } catch (SQLException | RuntimeException failure) {
            // The next beat tries again; the same obstacle is told once.
            obstacle("the schema is not ready: " + failure, failure);
        }
    }

    private void tell() {
        if (!isTold) {
            ready.fire(new SchemaReady());
            isTold = true;
        }
        state.ready();
        state.waitsFor("");
        LOG.info("the schema is ready");
    }

    // Before the first run everything is in place if the versions are there; in a run only once it says so.
    private boolean isReady(Cluster writer) throws SQLException {
        if (!state.isReady()) {
            boolean isInPlace = isMigrated || !isLookedAt || state.isSettled();
            boolean isThere = isInPlace && (isTold ? runner.hasShipped(writer) : runner.isCurrent(writer));
            isLookedAt = true;
            return isThere;
        }
        if (System.nanoTime() - nextLookNanos >= 0) {
            nextLookNanos = System.nanoTime() + LOOK_AGAIN.toNanos();
            if (!runner.hasShipped(writer)) {
                state.unready("versions that this application needs were taken back");
                LOG.warning("the schema is not ready any more: versions that this application needs were taken back");
            }
        }
        return state.isReady();
    }

    private boolean migrate() {
        if (execution.isPresent()) {
            return hasSucceeded(operator().getJobExecution(execution.get()));
        }
        if (System.nanoTime() - pausedUntilNanos >= 0) {
            execution = Optional.of(operator().start("migration", MigrationParameters.of(MigrationOrder.automatic())));
        }
        return false;
    }

    private boolean hasSucceeded(JobExecution job) {
        BatchStatus status = job.getBatchStatus();
        return switch (status) {
            case STARTING, STARTED, STOPPING -> false;
            case COMPLETED -> {
                execution = Optional.empty();
                yield String.valueOf(job.getExitStatus()).startsWith(MigrationBatchlet.MIGRATED);
            }
            case FAILED, STOPPED, ABANDONED -> {
                execution = Optional.empty();
                obstacle(why(status, String.valueOf(job.getExitStatus())), null);
                pausedUntilNanos = System.nanoTime() + pause.toNanos();
                pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
                yield false;
            }
        };
    }

    // Whoever waits for the start looks for the first words: nothing but a person helps then.
    private static String why(BatchStatus status, String exit) {
        if (exit.startsWith(PatientBatchlet.REFUSED)) {
            return "the schema cannot be changed: " + exit.substring(PatientBatchlet.REFUSED.length());
        }
        return "the job migration ended as " + status + " and will be started again: " + exit;
    }

    private static JobOperator operator() {
        return BatchRuntime.getJobOperator();
    }

    private void obstacle(String message, @Nullable Throwable cause) {
        if (!message.equals(lastObstacle)) {
            lastObstacle = message;
            LOG.log(Level.WARNING, message, cause);
        }
    }
}
