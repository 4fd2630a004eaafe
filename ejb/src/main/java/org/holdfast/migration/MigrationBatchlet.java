package org.holdfast.migration;

import jakarta.batch.api.AbstractBatchlet;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.sql.SQLException;

/** The one step of the job {@code migration}. Its exit status is {@code MIGRATED}, or {@code BUSY} when another instance is at it. */
@Dependent
@Named("migrationBatchlet")
public class MigrationBatchlet extends AbstractBatchlet {
    @Inject
    MigrationRunner runner;

    @Override
    public String process() throws SQLException {
        return runner.run() ? "MIGRATED" : "BUSY";
    }
}
