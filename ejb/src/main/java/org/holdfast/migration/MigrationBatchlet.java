package org.holdfast.migration;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.api.BatchProperty;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.EntityCaches;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.job.JobProgress;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Topology;

/**
 * The one step of the job {@code migration}: carries an order out, and waits, for as long as nobody stops it, while a head does
 * not answer, the writer is being switched, or another instance is at it. The job's exit status begins with {@link #MIGRATED},
 * or with {@link #REFUSED} when a person is needed.
 */
@Dependent
@Named("migrationBatchlet")
public class MigrationBatchlet extends AbstractBatchlet {
    static final String MIGRATED = "MIGRATED";
    static final String REFUSED = "REFUSED: ";
    private static final Logger LOG = Logger.getLogger(MigrationBatchlet.class.getName());
    private static final String STOPPED = "STOPPED: run again, it goes on from where it was";
    private static final int STATUS_CHARACTERS_MAX = 500;
    private static final Duration PAUSE = Duration.ofMillis(500);

    @Inject
    MigrationRunner runner;

    @Inject
    CurrentTopology topology;

    @Inject
    EntityCaches caches;

    @Inject
    SchemaState state;

    @Inject
    JobProgress progress;

    @Inject
    JobContext job;

    @Inject
    @BatchProperty(name = "direction")
    String direction;

    @Inject
    @BatchProperty(name = "target")
    String target;

    @Inject
    @BatchProperty(name = "override")
    String override;

    @Inject
    @BatchProperty(name = "by")
    String by;

    private volatile boolean isStopped;

    @Override
    public void stop() {
        isStopped = true;
    }

    @Override
    public String process() throws SQLException, InterruptedException {
        progress.says(job.getExecutionId(), "begins");
        try {
            MigrationOrder order = MigrationParameters.order(direction, target, override, by);
            while (!isStopped) {
                Topology now = topology.get();
                Optional<String> exit = attempt(order, now);
                if (exit.isPresent()) {
                    return exit(exit.get());
                }
                topology.awaitChange(now, PAUSE);
            }
            return exit(STOPPED);
        } catch (SQLException | RuntimeException failure) {
            exit(REFUSED + oneLine(failure));
            throw failure;
        } finally {
            state.waitsFor("");
            progress.ended(job.getExecutionId());
        }
    }

    // Empty: try again.
    private Optional<String> attempt(MigrationOrder order, Topology now) throws SQLException {
        Cluster writer = now.writer();
        Optional<String> obstacle = obstacle(now);
        if (obstacle.isPresent()) {
            waits(obstacle.get());
            return Optional.empty();
        }
        try {
            Optional<MigrationResult> result = runner.run(
                    writer,
                    order,
                    new JobWatch(job.getExecutionId(), writer, topology, state, progress, () -> isStopped));
            if (result.isEmpty()) {
                waits("another instance changes the schema");
                return Optional.empty();
            }
            if (result.get().steps() > 0) {
                // A version may change rows, of which nobody else tells the cache.
                caches.empty();
            }
            return Optional.of(describe(result.get()));
        } catch (MigrationInterruptedException interrupted) {
            waits(oneLine(interrupted));
            return Optional.empty();
        } catch (SQLException failure) {
            // What the writer refuses while it is being switched says little of the order.
            boolean isSwitching = !topology.get().isOpen() || topology.get().writer() != writer;
            if (!isSwitching && !isPassing(failure)) {
                throw failure;
            }
            waits("a database did not answer: " + oneLine(failure));
            return Optional.empty();
        }
    }

    // The lease is away while the writer is being switched, and the subscription not in a state to be changed.
    private static boolean isPassing(SQLException failure) {
        return ErrorClassifier.isConnectionLost(failure)
                || "HF001".equals(failure.getSQLState())
                || "55000".equals(failure.getSQLState());
    }

    private Optional<String> obstacle(Topology now) {
        for (Cluster cluster : Cluster.values()) {
            boolean isDown = now.head(cluster).filter(head -> !head.isUp()).isPresent();
            if (isDown) {
                return Optional.of(
                        "the schema must change, and waits for the head of the " + cluster + " cluster to answer");
            }
        }
        if (now.head(now.writer()).isEmpty()) {
            return Optional.of("the schema must change, and no writer is known yet");
        }
        return now.isOpen()
                ? Optional.empty()
                : Optional.of("the schema must change, and the writer is being switched");
    }

    private void waits(String what) {
        if (!what.equals(state.waiting())) {
            LOG.log(Level.INFO, "migration: {0}", what);
        }
        state.waitsFor(what);
        progress.says(job.getExecutionId(), what);
    }

    private static String describe(MigrationResult result) {
        String waiting = result.waiting().isEmpty()
                ? ""
                : "; " + String.join(", ", result.waiting()) + " waits for an operator: it takes something away";
        String differences = result.differences().isEmpty()
                ? ""
                : "; but the clusters differ: " + String.join(", ", result.differences());
        return MIGRATED + ": " + result.steps() + " steps" + waiting + differences;
    }

    // A step's exit status does not become its job's by itself.
    private String exit(String status) {
        job.setExitStatus(status.substring(0, Math.min(status.length(), STATUS_CHARACTERS_MAX)));
        return status.substring(0, Math.min(status.length(), STATUS_CHARACTERS_MAX));
    }

    private static String oneLine(Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
    }
}
