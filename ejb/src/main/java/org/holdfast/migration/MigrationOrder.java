package org.holdfast.migration;

import java.util.Optional;
import java.util.Set;
import org.holdfast.migration.MigrationPlan.Direction;

/**
 * What somebody wants.
 *
 * @param target the last version to apply, or the first one not to take back; empty: all
 * @param overrides labels of rules whose errors do not stop it
 * @param isAutomatic whether nobody asked: then contracts wait for an operator
 * @param by who wants it
 */
record MigrationOrder(
        Direction direction, Optional<MigrationVersion> target, Set<String> overrides, boolean isAutomatic, String by) {
    MigrationOrder {
        overrides = Set.copyOf(overrides);
        if (direction == Direction.rollback && target.isEmpty()) {
            throw new IllegalArgumentException("a rollback needs the version to go back to");
        }
    }

    /** Everything that the application needs. */
    static MigrationOrder automatic() {
        return new MigrationOrder(Direction.run, Optional.empty(), Set.of(), true, "start of the application");
    }
}
