package org.holdfast.migration;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;
import org.holdfast.connection.EntityCaches;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;

/**
 * The one step of the job {@code migration}. The job's exit status is {@link #MIGRATED}, {@code BUSY} when another instance
 * is at it, or why it failed: after {@link #INTERRUPTED} when a database went away, else after {@link #REFUSED}.
 */
@Dependent
@Named("migrationBatchlet")
public class MigrationBatchlet extends AbstractBatchlet {
    static final String MIGRATED = "MIGRATED";
    static final String REFUSED = "REFUSED: ";
    static final String INTERRUPTED = "INTERRUPTED: ";
    private static final int STATUS_CHARACTERS_MAX = 500;

    @Inject
    MigrationRunner runner;

    @Inject
    CurrentTopology topology;

    @Inject
    EntityCaches caches;

    @Inject
    JobContext job;

    @Override
    public String process() throws SQLException {
        try {
            Cluster writer = topology.get().writer();
            boolean isCurrent = runner.isCurrent(writer);
            boolean isMigrated = runner.run(writer);
            if (isMigrated && !isCurrent) {
                // A version may change rows, of which nobody else tells the cache.
                caches.empty();
            }
            return exit(isMigrated ? MIGRATED : "BUSY");
        } catch (SQLException | RuntimeException failure) {
            exit((ErrorClassifier.isConnectionLost(failure) ? INTERRUPTED : REFUSED) + oneLine(failure));
            throw failure;
        }
    }

    // A step's exit status does not become its job's by itself.
    private String exit(String status) {
        job.setExitStatus(status.substring(0, Math.min(status.length(), STATUS_CHARACTERS_MAX)));
        return status;
    }

    private static String oneLine(Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
    }
}
