package org.holdfast.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.jdbc.Database;
import org.holdfast.migration.AppliedMigration.State;

/** Applies files to one cluster and notes it there. Thread-safe. */
final class ClusterSchema {
    // A concurrent build stops nobody, but waits for every transaction that is older than itself.
    private static final Duration CONCURRENT_LOCK_TIMEOUT = Duration.ofMinutes(5);

    // What the session has counted and not reported yet: of this transaction, and of those just before. Rows of a
    // partition are those of its table; entries of the trail are there because of other rows.
    private static final String REPLICATED_ROWS_CHANGED = """
            select format('%I.%I', n.nspname, c.relname), sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del)
            from pg_stat_xact_user_tables s
                 join pg_class c on c.oid = coalesce(pg_partition_root(s.relid), s.relid)
                 join pg_namespace n on n.oid = c.relnamespace
            where s.n_tup_ins + s.n_tup_upd + s.n_tup_del > 0 and c.oid is distinct from to_regclass('audit.entry')
              and exists (select from pg_publication_tables p
                          where p.pubname = 'holdfast' and p.schemaname = n.nspname and p.tablename = c.relname)
            group by 1""";

    private final Database database;
    private final HistoryTable table;
    private final LockRetry retry;
    private final String by;

    /** @param by whom the history names */
    ClusterSchema(Database database, MigrationConfig config, MigrationWatch watch, String by) {
        this.database = database;
        this.table = new HistoryTable(config);
        this.retry = new LockRetry(config.lockPatience(), watch);
        this.by = by;
    }

    /** What belongs to a change and is written in its transaction. */
    interface Alongside {
        void on(Connection connection) throws SQLException;
    }

    /** Makes the history, unless it is there. */
    void prepare(MigrationSet files) throws SQLException {
        database.inTransaction(connection -> {
            table.prepare(connection, files);
            return true;
        });
    }

    History history() throws SQLException {
        return database.with(HistoryTable::read);
    }

    /** Notes a line that is true without anything being done. */
    void note(AppliedMigration line, Alongside alongside) throws SQLException {
        database.inTransaction(connection -> {
            HistoryTable.put(connection, line);
            alongside.on(connection);
            return true;
        });
    }

    void forget(String id) throws SQLException {
        database.inTransaction(connection -> {
            HistoryTable.remove(connection, id);
            return true;
        });
    }

    /**
     * Applies a version or a repeatable file.
     *
     * @throws MigrationException when a statement fails, naming file and line; nothing of a transaction is left then
     */
    void apply(Migration file, Alongside alongside) throws SQLException {
        if (!file.isInTransaction()) {
            applyOutsideOfTransactions(file, connection -> {
                put(connection, file, 0);
                alongside.on(connection);
            });
            return;
        }
        retry.run(
                file.file(),
                lockTimeout -> database.inTransaction(connection -> {
                    long begun = System.nanoTime();
                    setLockTimeout(connection, lockTimeout, "local ");
                    Map<String, Long> before = changedRows(connection);
                    for (SqlStatement statement : file.statements()) {
                        execute(connection, file, statement);
                    }
                    requireNoReplicatedRows(connection, file, before);
                    put(connection, file, millisSince(begun));
                    alongside.on(connection);
                    return true;
                }));
    }

    /**
     * Runs the file that takes a version back, and forgets the version.
     *
     * @param isData whether the version was one of rows: then its checkpoint goes too
     */
    void rollBack(Migration rollback, boolean isData, Alongside alongside) throws SQLException {
        String id = "V" + rollback.version().orElseThrow();
        if (!rollback.isInTransaction()) {
            applyOutsideOfTransactions(rollback, connection -> {
                HistoryTable.remove(connection, id);
                alongside.on(connection);
            });
            return;
        }
        retry.run(
                rollback.file(),
                lockTimeout -> database.inTransaction(connection -> {
                    setLockTimeout(connection, lockTimeout, "local ");
                    for (SqlStatement statement : rollback.statements()) {
                        execute(connection, rollback, statement);
                    }
                    if (isData) {
                        Database.run(
                                connection,
                                "delete from orchestration.data_migration where version = ?",
                                id.substring(1));
                    }
                    HistoryTable.remove(connection, id);
                    alongside.on(connection);
                    return true;
                }));
    }

    private void applyOutsideOfTransactions(Migration file, Alongside end) throws SQLException {
        try (Connection connection = database.connection()) {
            setLockTimeout(connection, CONCURRENT_LOCK_TIMEOUT, "");
            try {
                int done = done(connection, file);
                for (int i = done; i < file.statements().size(); i++) {
                    SqlStatement statement = file.statements().get(i);
                    retry.run(file.file(), lockTimeout -> alone(connection, file, statement, lockTimeout));
                    if (file.role() != Migration.Role.ROLLBACK) {
                        HistoryTable.put(connection, HistoryTable.line(file, State.failed, by, 0, i + 1));
                    }
                }
            } finally {
                reset(connection);
            }
        }
        database.inTransaction(connection -> {
            end.on(connection);
            return true;
        });
    }

    private static int done(Connection connection, Migration file) throws SQLException {
        return file.role() == Migration.Role.ROLLBACK
                ? 0
                : HistoryTable.read(connection)
                        .line(file.id())
                        .filter(line -> line.state() == State.failed)
                        .map(AppliedMigration::statementsDone)
                        .orElse(0);
    }

    private static void alone(Connection connection, Migration file, SqlStatement statement, Duration lockTimeout)
            throws SQLException {
        Optional<String> index = SchemaChange.concurrentIndex(statement);
        if (index.isPresent() && isThere(connection, statement, index.get())) {
            return;
        }
        boolean isConcurrent = SchemaChange.isOutsideOfTransactions(statement);
        setLockTimeout(connection, isConcurrent ? CONCURRENT_LOCK_TIMEOUT : lockTimeout, "");
        execute(connection, file, statement);
    }

    // A concurrent build that failed, or whose runner died, leaves an index that nobody uses and everybody keeps up.
    private static boolean isThere(Connection connection, SqlStatement statement, String index) throws SQLException {
        String table = SchemaChange.of(statement).get(0).object();
        Optional<Boolean> isValid = Database.first(
                connection,
                row -> row.getBoolean(1),
                "select i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid"
                        + " where i.indrelid = to_regclass(?) and c.relname = ?",
                table,
                index);
        if (isValid.isPresent() && !isValid.get()) {
            String name = Database.first(
                            connection,
                            row -> row.getString(1),
                            "select format('%I.%I', n.nspname, ?::text) from pg_class c"
                                    + " join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass(?)",
                            index,
                            table)
                    .orElseThrow();
            Database.script(connection, "drop index concurrently " + name);
        }
        return isValid.orElse(false);
    }

    private static void execute(Connection connection, Migration file, SqlStatement statement) throws SQLException {
        try {
            Database.script(connection, statement.text());
        } catch (SQLException failure) {
            if (isPassing(failure)) {
                throw failure;
            }
            throw new MigrationException(
                    file.file() + ", line " + statement.line() + ": " + failure.getMessage() + " ["
                            + failure.getSQLState() + "] in: " + statement.excerpt(),
                    failure);
        }
    }

    private static boolean isPassing(SQLException failure) {
        return ErrorClassifier.isConnectionLost(failure)
                || List.of("55P03", "40P01", "40001", "57014", "HF001").contains(String.valueOf(failure.getSQLState()));
    }

    // It would be done on both clusters, and arrive on the standby a second time.
    private static void requireNoReplicatedRows(Connection connection, Migration file, Map<String, Long> before)
            throws SQLException {
        changedRows(connection).forEach((table, rows) -> {
            long changed = rows - before.getOrDefault(table, 0L);
            if (changed > 0) {
                throw new MigrationException(file.file() + " changed " + changed + " rows of " + table
                        + ", which are replicated: an " + file.kind() + " changes no rows there, a version of the kind"
                        + " data does");
            }
        });
    }

    private static Map<String, Long> changedRows(Connection connection) throws SQLException {
        Map<String, Long> changed = new HashMap<>();
        Database.all(connection, row -> changed.put(row.getString(1), row.getLong(2)), REPLICATED_ROWS_CHANGED);
        return changed;
    }

    private void put(Connection connection, Migration file, long millis) throws SQLException {
        HistoryTable.put(
                connection,
                HistoryTable.line(
                        file, State.applied, by, millis, file.statements().size()));
    }

    private static void setLockTimeout(Connection connection, Duration timeout, String local) throws SQLException {
        Database.script(connection, "set " + local + "lock_timeout = " + timeout.toMillis());
    }

    private static void reset(Connection connection) throws SQLException {
        if (!connection.isClosed()) {
            Database.script(connection, "reset lock_timeout");
        }
    }

    private static long millisSince(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toMillis();
    }
}
