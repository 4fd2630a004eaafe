package org.holdfast.migration;

import jakarta.batch.api.BatchProperty;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.util.Optional;
import org.holdfast.connection.EntityCaches;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.job.JobWatch;
import org.holdfast.job.PatientBatchlet;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Topology;

/**
 * The one step of the job {@code migration}: carries an order out, and waits, for as long as nobody stops it, while a head does
 * not answer, the writer is being switched, or another instance is at it. The job's exit status begins with {@link #MIGRATED},
 * or with {@link #REFUSED} when a person is needed.
 */
@Dependent
@Named("migrationBatchlet")
public class MigrationBatchlet extends PatientBatchlet {
    static final String MIGRATED = "MIGRATED";

    @Inject
    MigrationRunner runner;

    @Inject
    EntityCaches caches;

    @Inject
    SchemaState state;

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

    @Override
    protected Optional<String> attempt(Topology now) throws SQLException {
        MigrationOrder order = MigrationParameters.order(direction, target, override, by);
        Cluster writer = now.writer();
        Optional<String> obstacle = obstacle(now);
        if (obstacle.isPresent()) {
            return waits(obstacle.get());
        }
        try {
            Optional<MigrationResult> result = runner.run(writer, order, watch(writer));
            if (result.isEmpty()) {
                return waits("another instance changes the schema");
            }
            if (result.get().steps() > 0) {
                // A version may change rows, of which nobody else tells the cache.
                caches.empty();
            }
            return Optional.of(describe(result.get()));
        } catch (SQLException failure) {
            // What the writer refuses while it is being switched says little of the order.
            boolean isSwitching = !topology.get().isOpen() || topology.get().writer() != writer;
            if (!isSwitching && !isPassing(failure)) {
                throw failure;
            }
            return waits("a database did not answer: " + oneLine(failure));
        }
    }

    private MigrationWatch watch(Cluster writer) {
        JobWatch watch = watch(now ->
                now.writer() == writer ? Optional.empty() : Optional.of("the writer is another one: it goes on there"));
        return new StateWatch(watch, state);
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

    @Override
    protected <T> Optional<T> waits(String what) {
        state.waitsFor(what);
        return super.waits(what);
    }

    @Override
    protected void ended() {
        state.waitsFor("");
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
}
