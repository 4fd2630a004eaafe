package org.holdfast.migration;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What was applied to one cluster. Immutable. */
final class History {
    private final Map<String, AppliedMigration> lines = new LinkedHashMap<>();

    History(List<AppliedMigration> lines) {
        lines.forEach(line -> this.lines.put(line.id(), line));
    }

    Optional<AppliedMigration> line(String id) {
        return Optional.ofNullable(lines.get(id));
    }

    List<AppliedMigration> lines() {
        return List.copyOf(lines.values());
    }

    /** Whether nothing of it is left to do here. */
    boolean has(Migration migration) {
        Optional<AppliedMigration> line =
                line(migration.id()).filter(found -> found.state().isDone());
        return migration.role() == Migration.Role.REPEATABLE
                ? line.filter(found -> found.checksum().equals(Optional.of(migration.checksum())))
                        .isPresent()
                : line.isPresent();
    }

    /** Versions of which nothing is left to do. */
    Set<MigrationVersion> versions() {
        Set<MigrationVersion> versions = new TreeSet<>();
        lines.values().stream()
                .filter(line -> line.state().isDone())
                .forEach(line -> line.version().ifPresent(versions::add));
        return versions;
    }

    /** @throws MigrationException naming the first version whose file was changed after it was applied */
    void requireUnchanged(MigrationSet files) {
        for (AppliedMigration line : lines.values()) {
            files.byId(line.id()).filter(file -> isEdited(line, file)).ifPresent(file -> {
                throw new MigrationException(file.file() + " was changed after it was applied at "
                        + line.appliedAt() + ": bring its text back and put the change into a new version, or, if"
                        + " the database is as the new text says, take its checksum over with POST"
                        + " /api/admin/migrations/repair");
            });
        }
    }

    /** Whether the file's text is another one than when it was applied. */
    static boolean isEdited(AppliedMigration line, Migration file) {
        return file.role() == Migration.Role.VERSION
                && line.checksum().filter(then -> !then.equals(file.checksum())).isPresent();
    }
}
