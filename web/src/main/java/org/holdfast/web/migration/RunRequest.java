package org.holdfast.web.migration;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.migration.MigrationVersion;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a run.
 *
 * @param target the last version to apply; all without one
 * @param override labels of rules whose errors do not stop it
 */
public record RunRequest(@Nullable String target, @Nullable List<String> override) {
    public RunRequest {
        override = override == null ? null : List.copyOf(override);
    }

    Optional<MigrationVersion> version() {
        return Optional.ofNullable(target).map(PlanRequest::version);
    }

    Set<String> overrides() {
        return override == null ? Set.of() : new HashSet<>(override);
    }
}
