package org.holdfast.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.jdbc.Database;
import org.jspecify.annotations.Nullable;

/** Reads the history that Flyway kept of the same files. */
final class FlywayHistory {
    private record Line(
            Optional<String> version,
            String description,
            String type,
            String script,
            @Nullable Integer checksum,
            Timestamp installedOn,
            String installedBy,
            long millis,
            boolean isSuccess) {}

    private FlywayHistory() {}

    /**
     * What it says is applied.
     *
     * @param table with its schema
     * @throws MigrationException when a version failed there, or a file is not the one that Flyway applied
     */
    static List<AppliedMigration> read(Connection connection, String table, MigrationSet files) throws SQLException {
        Map<String, AppliedMigration> applied = new LinkedHashMap<>();
        for (Line line : lines(connection, table)) {
            if (!line.isSuccess()) {
                throw new MigrationException(
                        table + " says that " + line.script() + " failed: settle that with Flyway, then start again");
            }
            String id = line.version().map(v -> "V" + MigrationVersion.of(v)).orElse("R__" + line.description());
            if (line.type().startsWith("UNDO") || line.type().equals("DELETE")) {
                applied.remove(id);
            } else if (line.type().endsWith("BASELINE") && line.version().isPresent()) {
                baseline(line, files, applied);
            } else if (!line.type().equals("SCHEMA")) {
                applied.put(id, taken(id, line, files.byId(id)));
            }
        }
        return new ArrayList<>(applied.values());
    }

    private static List<Line> lines(Connection connection, String table) throws SQLException {
        return Database.all(
                connection,
                FlywayHistory::line,
                "select version, description, type, script, checksum, installed_on, installed_by, execution_time, success"
                        + " from " + table + " order by installed_rank");
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                Optional.ofNullable(row.getString("version")),
                row.getString("description"),
                row.getString("type"),
                row.getString("script"),
                row.getObject("checksum", Integer.class),
                row.getTimestamp("installed_on"),
                row.getString("installed_by"),
                row.getLong("execution_time"),
                row.getBoolean("success"));
    }

    private static void baseline(Line line, MigrationSet files, Map<String, AppliedMigration> applied) {
        MigrationVersion last = MigrationVersion.of(line.version().orElseThrow());
        for (Migration file : files.versions()) {
            if (file.version().orElseThrow().compareTo(last) <= 0) {
                applied.put(
                        file.id(),
                        HistoryTable.line(
                                file, AppliedMigration.State.baseline, line.installedBy() + " (Flyway)", 0, 0));
            }
        }
    }

    private static AppliedMigration taken(String id, Line line, Optional<Migration> file) {
        Integer then = line.checksum();
        boolean isSame = file.filter(each -> then != null && then == each.flywayChecksum())
                .isPresent();
        if (file.isPresent() && !isSame && then != null && line.version().isPresent()) {
            throw new MigrationException(file.get().file() + " is not the file that Flyway applied as " + line.script()
                    + ": bring its text back");
        }
        return new AppliedMigration(
                id,
                line.description(),
                file.map(Migration::kind).orElse(MigrationKind.expand),
                isSame ? file.map(Migration::checksum) : Optional.empty(),
                line.installedOn().toInstant(),
                line.millis(),
                line.installedBy() + " (Flyway)",
                AppliedMigration.State.applied,
                0);
    }
}
