package org.holdfast.migration;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.jdbc.Database;

/** The table {@code migration.history} of one cluster, which is never replicated: each tells what was done to itself. */
final class HistoryTable {
    private static final Logger LOG = Logger.getLogger(HistoryTable.class.getName());

    private static final String CREATE = """
            create table migration.history (
                id              text primary key,
                version         text,
                name            text not null,
                kind            text not null check (kind in ('expand', 'contract', 'data')),
                checksum        text,
                applied_at      timestamptz not null default clock_timestamp(),
                millis          bigint not null,
                applied_by      text not null,
                state           text not null check (state in ('applied', 'baseline', 'failed')),
                statements_done integer not null default 0
            )""";

    private final MigrationConfig config;

    HistoryTable(MigrationConfig config) {
        this.config = config;
    }

    /** What was applied; nothing where no version ever was. */
    static History read(Connection connection) throws SQLException {
        if (!exists(connection, "migration.history")) {
            return new History(List.of());
        }
        return new History(Database.all(
                connection,
                HistoryTable::line,
                "select id, name, kind, checksum, applied_at, millis, applied_by, state, statements_done"
                        + " from migration.history order by applied_at, id"));
    }

    private static AppliedMigration line(ResultSet row) throws SQLException {
        return new AppliedMigration(
                row.getString("id"),
                row.getString("name"),
                MigrationKind.valueOf(row.getString("kind")),
                Optional.ofNullable(row.getString("checksum")),
                row.getTimestamp("applied_at").toInstant(),
                row.getLong("millis"),
                row.getString("applied_by"),
                AppliedMigration.State.valueOf(row.getString("state")),
                row.getInt("statements_done"));
    }

    /**
     * Makes the table unless it is there, and takes over what Flyway's history, or else the configured baseline, says. To be
     * called in a transaction, by one runner at a time.
     */
    void prepare(Connection connection, MigrationSet files) throws SQLException {
        if (exists(connection, "migration.history")) {
            return;
        }
        if (!Database.isTrue(connection, "select exists (select from pg_namespace where nspname = 'migration')")) {
            Database.run(connection, "create schema migration");
        }
        Database.run(connection, CREATE);
        Optional<String> flyway = flywayTable(connection);
        if (flyway.isPresent()) {
            List<AppliedMigration> lines = FlywayHistory.read(connection, flyway.get(), files);
            for (AppliedMigration line : lines) {
                put(connection, line);
            }
            LOG.log(Level.INFO, "{0} versions were taken over from {1}", new Object[] {lines.size(), flyway.get()});
        } else if (config.baseline().isPresent()) {
            baseline(connection, files, config.baseline().get());
        }
    }

    private Optional<String> flywayTable(Connection connection) throws SQLException {
        for (String table : List.of("migration.flyway_schema_history", config.flywayHistory())) {
            if (exists(connection, table)) {
                return Optional.of(table);
            }
        }
        return Optional.empty();
    }

    private static void baseline(Connection connection, MigrationSet files, MigrationVersion last) throws SQLException {
        for (Migration file : files.versions()) {
            if (file.version().orElseThrow().compareTo(last) <= 0) {
                put(connection, line(file, AppliedMigration.State.baseline, "holdfast.migration.baseline", 0, 0));
            }
        }
    }

    /** A line about a file, as of now. */
    static AppliedMigration line(
            Migration file, AppliedMigration.State state, String by, long millis, int statementsDone) {
        return new AppliedMigration(
                file.id(),
                file.name(),
                file.kind(),
                Optional.of(file.checksum()),
                java.time.Instant.EPOCH,
                millis,
                by,
                state,
                statementsDone);
    }

    /** Notes a line, in place of an older one; it was applied now, by the database's clock, unless the line says when. */
    static void put(Connection connection, AppliedMigration line) throws SQLException {
        boolean isNow = line.appliedAt().equals(java.time.Instant.EPOCH);
        Database.run(
                connection,
                "insert into migration.history (id, version, name, kind, checksum, applied_at, millis, applied_by, state,"
                        + " statements_done) values (?, ?, ?, ?, ?, coalesce(?::timestamptz, clock_timestamp()), ?, ?, ?, ?)"
                        + " on conflict (id) do update set name = excluded.name, kind = excluded.kind,"
                        + " checksum = excluded.checksum, applied_at = excluded.applied_at, millis = excluded.millis,"
                        + " applied_by = excluded.applied_by, state = excluded.state,"
                        + " statements_done = excluded.statements_done",
                line.id(),
                line.version().map(MigrationVersion::toString).orElse(null),
                line.name(),
                line.kind().name(),
                line.checksum().orElse(null),
                isNow ? null : Timestamp.from(line.appliedAt()),
                line.millis(),
                line.appliedBy(),
                line.state().name(),
                line.statementsDone());
    }

    static void remove(Connection connection, String id) throws SQLException {
        Database.run(connection, "delete from migration.history where id = ?", id);
    }

    static boolean exists(Connection connection, String table) throws SQLException {
        return Database.isTrue(connection, "select to_regclass(?) is not null", table);
    }
}
