package org.holdfast.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.holdfast.settings.Settings;

/**
 * Configuration of this feature.
 *
 * @param directory of files beside those that come with the application
 * @param baseline the last version that an adopted database has already
 * @param flywayHistory the table, with its schema, from which Flyway's history is taken over once
 * @param lockPatience how long a version tries to get its locks, 1 to 3600 s
 * @param activeMax sessions at work in the writer's head above which a data version pauses, from 1
 */
record MigrationConfig(
        Optional<Path> directory,
        Optional<MigrationVersion> baseline,
        String flywayHistory,
        Duration lockPatience,
        int activeMax) {
    private static final Pattern TABLE = Pattern.compile("[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]*");

    MigrationConfig {
        if (!TABLE.matcher(flywayHistory).matches()) {
            throw new IllegalArgumentException("configuration holdfast.migration.flyway-history = '" + flywayHistory
                    + "' is not allowed: it must be SCHEMA.TABLE in lower case");
        }
        directory.filter(path -> !Files.isDirectory(path)).ifPresent(path -> {
            throw new IllegalArgumentException(
                    "configuration holdfast.migration.directory = '" + path + "' is not a directory");
        });
    }

    static MigrationConfig defaults() {
        return new MigrationConfig(
                Optional.empty(), Optional.empty(), "public.flyway_schema_history", Duration.ofSeconds(60), 16);
    }

    static MigrationConfig from(Settings settings) {
        MigrationConfig defaults = defaults();
        return new MigrationConfig(
                settings.text("holdfast.migration.directory").map(Path::of),
                settings.text("holdfast.migration.baseline").map(MigrationConfig::baseline),
                settings.text("holdfast.migration.flyway-history").orElse(defaults.flywayHistory()),
                settings.millis(
                        "holdfast.migration.lock-patience-millis",
                        defaults.lockPatience(),
                        Duration.ofSeconds(1),
                        Duration.ofHours(1)),
                settings.integer("holdfast.migration.active-max", defaults.activeMax(), 1, 10_000));
    }

    private static MigrationVersion baseline(String text) {
        try {
            return MigrationVersion.of(text);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "configuration holdfast.migration.baseline = " + refused.getMessage(), refused);
        }
    }
}
