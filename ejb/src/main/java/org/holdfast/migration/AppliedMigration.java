package org.holdfast.migration;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of a cluster's history.
 *
 * @param id as {@link Migration#id()}
 * @param checksum empty where the version was taken over from elsewhere and no file was there to compare
 * @param statementsDone of one that runs outside of transactions and has not ended: how many statements need not be repeated
 */
record AppliedMigration(
        String id,
        String name,
        MigrationKind kind,
        Optional<String> checksum,
        Instant appliedAt,
        long millis,
        String appliedBy,
        State state,
        int statementsDone) {
    /** The names are those of the table. */
    enum State {
        applied,
        /** Taken for granted when an existing database was adopted. */
        baseline,
        /** Outside of transactions: begun and not ended. */
        failed;

        boolean isDone() {
            return this != failed;
        }
    }

    Optional<MigrationVersion> version() {
        return id.startsWith("V") ? Optional.of(MigrationVersion.of(id.substring(1))) : Optional.empty();
    }
}
