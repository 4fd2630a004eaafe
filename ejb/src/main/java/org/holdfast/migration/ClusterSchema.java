package org.holdfast.migration;

import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/** The versioned schema of one cluster, stepped by Flyway. Its history is in the schema {@code migration}. Thread-safe. */
final class ClusterSchema {
    private static final int LOCK_RETRIES_MAX = 10;

    private final DataSource owner;

    ClusterSchema(DataSource owner) {
        this.owner = owner;
    }

    /**
     * Versions not applied yet, oldest first. A later version than this application knows is no error: another instance
     * may be newer.
     *
     * @throws org.flywaydb.core.api.FlywayException when a version that was applied is not the one this application knows
     */
    List<String> pending() {
        Flyway flyway = flyway("latest");
        flyway.validate();
        return Arrays.stream(flyway.info().pending())
                .map(MigrationInfo::getVersion)
                .map(Object::toString)
                .toList();
    }

    /** Applies everything up to and including a version; nothing when it is there already. */
    void migrateTo(String version) {
        flyway(version).migrate();
    }

    private Flyway flyway(String target) {
        return Flyway.configure(ClusterSchema.class.getClassLoader())
                .dataSource(owner)
                .locations("classpath:db/migration")
                .defaultSchema("migration")
                .createSchemas(true)
                .target(target)
                .ignoreMigrationPatterns("*:pending", "*:future")
                .lockRetryCount(LOCK_RETRIES_MAX)
                .load();
    }
}
