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
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.jspecify.annotations.Nullable;

/**
 * Starts the job {@code migration} after every start of the application, as soon as the heads of both clusters answer, and
 * again until it has succeeded. A standby that is down does not keep an up-to-date writer from work.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class MigrationTimer {
    private static final Logger LOG = Logger.getLogger(MigrationTimer.class.getName());
    private static final long INTERVAL_MILLIS = 500;
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
    private Optional<Long> execution = Optional.empty();
    private String lastObstacle = "";
    private Duration pause = PAUSE_FIRST;
    private long pausedUntilNanos = System.nanoTime();

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
            isMigrated = isMigrated || migrate();
            if (isMigrated) {
                ready.fire(new SchemaReady());
                state.ready();
                timer.cancel();
                LOG.info("the schema is ready");
            }
        } catch (RuntimeException failure) {
            // The next beat tries again; the same obstacle is told once.
            obstacle("the schema is not ready: " + failure, failure);
        }
    }

    private boolean migrate() {
        Topology now = topology.get();
        if (now.primary().filter(Node::isUp).isEmpty()) {
            obstacle("the schema waits for the primary to answer", null);
            return false;
        }
        if (execution.isEmpty()) {
            if (System.nanoTime() - pausedUntilNanos < 0) {
                return false;
            }
            if (isOtherHeadDown(now)) {
                // Reading only: changing one cluster alone would break replication.
                boolean isCurrent = runner.isCurrent(now.writer());
                if (!isCurrent) {
                    obstacle("the schema must change, and waits for the other cluster to answer", null);
                }
                return isCurrent;
            }
            execution = Optional.of(operator().start("migration", new Properties()));
            return false;
        }
        return hasSucceeded(operator().getJobExecution(execution.get()));
    }

    private boolean hasSucceeded(JobExecution job) {
        BatchStatus status = job.getBatchStatus();
        return switch (status) {
            case STARTING, STARTED, STOPPING -> false;
            case COMPLETED -> {
                execution = Optional.empty();
                yield MigrationBatchlet.MIGRATED.equals(job.getExitStatus());
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
        if (exit.startsWith(MigrationBatchlet.REFUSED)) {
            return "the schema cannot be changed: " + exit.substring(MigrationBatchlet.REFUSED.length());
        }
        return "the job migration ended as " + status + " and will be started again: " + exit;
    }

    private static JobOperator operator() {
        return BatchRuntime.getJobOperator();
    }

    private static boolean isOtherHeadDown(Topology now) {
        return now.nodes().stream()
                .anyMatch(node -> node.isHead() && node.cluster() != now.writer() && node.state() != NodeState.up);
    }

    private void obstacle(String message, @Nullable Throwable cause) {
        if (!message.equals(lastObstacle)) {
            lastObstacle = message;
            LOG.log(Level.WARNING, message, cause);
        }
    }
}
