package org.holdfast.web.migration;

import java.util.Optional;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.migration.MigrationVersion;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a plan.
 *
 * @param target the last version to apply, or with {@code rollback} the one to go back to
 * @param rollback whether versions are to be taken back
 */
public record PlanRequest(@Nullable String target, @Nullable Boolean rollback) {
    public PlanRequest {
        if (Boolean.TRUE.equals(rollback) && target == null) {
            throw ProblemException.badRequest("a rollback needs 'target', the version to go back to; 0 is before all");
        }
    }

    Direction direction() {
        return Boolean.TRUE.equals(rollback) ? Direction.rollback : Direction.run;
    }

    Optional<MigrationVersion> version() {
        return Optional.ofNullable(target).map(PlanRequest::version);
    }

    static MigrationVersion version(String text) {
        try {
            return MigrationVersion.of(text);
        } catch (IllegalArgumentException refused) {
            throw ProblemException.badRequest("field 'target': " + refused.getMessage());
        }
    }
}
