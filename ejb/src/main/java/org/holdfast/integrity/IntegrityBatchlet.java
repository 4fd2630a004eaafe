package org.holdfast.integrity;

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
import org.holdfast.topology.Topology;

/**
 * The one step of the job {@code integrity}: compares the clusters, and waits, for as long as nobody stops it, while no standby
 * follows, the writer is being switched, or another instance is at it.
 */
@Dependent
@Named("integrityBatchlet")
public class IntegrityBatchlet extends PatientBatchlet {
    // A schema that changes while it is read, and locks that were not got: on a second look all is well.
    private static final int SURPRISES_MAX = 5;

    @Inject
    Integrity integrity;

    @Inject
    EntityCaches caches;

    @Inject
    @BatchProperty(name = "repair")
    String repair;

    @Inject
    @BatchProperty(name = "by")
    String by;

    private int surprises;

    @Override
    protected Optional<String> attempt(Topology now) throws SQLException {
        Optional<IntegrityReport> report = run(now);
        if (report.isEmpty()) {
            return Optional.empty();
        }
        integrity.ended(report.get());
        if (report.get().repairs()) {
            // Rows of the standby may have been read while the writer was away.
            caches.empty();
        }
        return Optional.of(describe(report.get()));
    }

    // Empty: try again.
    private Optional<IntegrityReport> run(Topology now) throws SQLException {
        Optional<String> obstacle = Integrity.obstacle(now);
        if (obstacle.isPresent()) {
            return waits(obstacle.get());
        }
        JobWatch watch = watchOfEpoch(now, Integrity::obstacle);
        try {
            Optional<IntegrityReport> report = new IntegrityRun(Integrity.heads(now), Integrity.replicas(now), watch)
                    .run(Boolean.parseBoolean(repair), by);
            return report.isPresent() ? report : waits("another instance compares");
        } catch (SQLException failure) {
            boolean isPassing = ErrorClassifier.isConnectionLost(failure)
                    || "HF001".equals(failure.getSQLState())
                    || topology.get().epoch() != now.epoch();
            if (!isPassing && ++surprises > SURPRISES_MAX) {
                throw failure;
            }
            return waits("a database did not do it: " + oneLine(failure));
        }
    }

    private static String describe(IntegrityReport report) {
        long rows =
                report.tables().stream().mapToLong(IntegrityReport.Table::rows).sum();
        long found = report.tables().stream()
                .mapToLong(IntegrityReport.Table::findings)
                .sum();
        long repaired = report.tables().stream()
                .mapToLong(IntegrityReport.Table::repaired)
                .sum();
        return "compared " + rows + " rows of " + report.tables().size() + " tables: " + found + " differ, " + repaired
                + " repaired; checked " + report.checks().objects() + " objects: "
                + report.checks().findings().size() + " findings";
    }
}
