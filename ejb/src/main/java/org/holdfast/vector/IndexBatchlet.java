package org.holdfast.vector;

import jakarta.batch.api.BatchProperty;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.job.JobWatch;
import org.holdfast.job.PatientBatchlet;
import org.holdfast.topology.Topology;

/**
 * The one step of the job {@code vector-index}: makes vector indexes on both clusters, and waits, for as long as nobody stops it,
 * while a head does not answer, the writer is being switched, or somebody else changes the schema.
 */
@Dependent
@Named("indexBatchlet")
public class IndexBatchlet extends PatientBatchlet {
    private static final int SURPRISES_MAX = 3;
    // A lock that was not free in time, a deadlock: on a second try all is well.
    private static final Set<String> PASSING = Set.of("55P03", "40P01");

    @Inject
    PGVectorService indexes;

    @Inject
    @BatchProperty(name = "tables")
    String tables;

    @Inject
    @BatchProperty(name = "profile")
    String profile;

    private final Set<String> done = new HashSet<>();
    private int surprises;

    @Override
    protected Optional<String> attempt(Topology now) throws SQLException {
        Optional<String> obstacle = PGVectorService.obstacle(now);
        if (obstacle.isPresent()) {
            return waits(obstacle.get());
        }
        JobWatch watch = watchOfEpoch(now, PGVectorService::obstacle);
        try {
            Optional<List<String>> told = indexes.run(now, watch, done).run(order());
            return told.isPresent() ? Optional.of(String.join("; ", told.get())) : waits("somebody changes the schema");
        } catch (SQLException failure) {
            boolean isPassing = ErrorClassifier.isConnectionLost(failure)
                    || PASSING.contains(String.valueOf(failure.getSQLState()))
                    || topology.get().epoch() != now.epoch();
            if (!isPassing && ++surprises > SURPRISES_MAX) {
                throw failure;
            }
            return waits("a database did not do it: " + oneLine(failure));
        }
    }

    private IndexOrder order() {
        return new IndexOrder(
                List.of(tables.split(",", -1)),
                profile.equals(IndexOrder.AS_BEFORE) ? Optional.empty() : Optional.of(IndexProfile.valueOf(profile)));
    }
}
