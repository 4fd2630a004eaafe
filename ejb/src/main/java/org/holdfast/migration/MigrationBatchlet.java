package org.holdfast.migration;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.batch.runtime.context.JobContext;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;

/** The one step of the job {@code migration}. The job's exit status is {@link #MIGRATED}, or {@code BUSY} when another instance is at it. */
@Dependent
@Named("migrationBatchlet")
public class MigrationBatchlet extends AbstractBatchlet {
    static final String MIGRATED = "MIGRATED";

    @Inject
    MigrationRunner runner;

    @Inject
    JobContext job;

    @Override
    public String process() throws SQLException {
        // A step's exit status does not become its job's by itself.
        String status = runner.run() ? MIGRATED : "BUSY";
        job.setExitStatus(status);
        return status;
    }
}
