package org.holdfast.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.jdbc.Database;
import org.holdfast.job.JobInterruptedException;
import org.jspecify.annotations.Nullable;

/**
 * A data version on the writer: chunk by chunk in the order of a key, each with its checkpoint in one transaction, so that
 * each is done exactly once, whoever dies when. The checkpoint is replicated with the rows: a new writer goes on from there.
 * Rows that come after the beginning beyond the greatest key of then are not looked at: the application writes those right.
 */
final class DataMigration {
    /** How far it is. Keys are texts in the database's own form; null before the first chunk. */
    private record Checkpoint(
            @Nullable String position, @Nullable String last, long done, long total, boolean isDone) {}

    private record Chunk(String upto, long rows) {}

    // Who wants a row of a chunk waits for its end: a tenth of a second at most, also when the next one takes
    // twice as long.
    private static final Duration CHUNK_LONG = Duration.ofMillis(50);
    private static final Duration CHUNK_SHORT = Duration.ofMillis(20);
    private static final int CHUNK_MIN = 10;
    private static final int CHUNK_FIRST = 100;
    private static final long BEHIND_BYTES_MAX = 8L << 20;
    private static final String LOCK_TIMEOUT = "set local lock_timeout = '2s'";
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int BUSY_PAUSES_MAX = 20;

    private final Database writer;
    private final Migration file;
    private final MigrationWatch watch;
    private final JavaChunks javaChunks;
    private final LockRetry retry;
    private final int activeMax;

    DataMigration(
            Database writer, Migration file, MigrationConfig config, MigrationWatch watch, JavaChunks javaChunks) {
        this.writer = writer;
        this.file = file;
        this.watch = watch;
        this.javaChunks = javaChunks;
        this.retry = new LockRetry(config.lockPatience(), watch);
        this.activeMax = config.activeMax();
    }

    /** Does what is left of it. */
    void run() throws SQLException {
        Checkpoint checkpoint = begin();
        if (checkpoint.isDone()) {
            return;
        }
        Optional<Backfill> backfill = file.header().backfill();
        if (backfill.isEmpty()) {
            retry.run(file.file(), timeout -> atOnce());
            return;
        }
        walk(backfill.get(), checkpoint);
    }

    private Checkpoint begin() throws SQLException {
        return writer.inTransaction(connection -> {
            Optional<Checkpoint> before = checkpoint(connection);
            if (before.isPresent()) {
                return before.get();
            }
            Checkpoint first = new Checkpoint(null, null, 0, 0, false);
            if (file.header().backfill().isPresent()) {
                Backfill backfill = file.header().backfill().get();
                first = Database.first(
                                connection,
                                row -> new Checkpoint(null, row.getString(1), 0, row.getLong(2), false),
                                // No aggregate: there is no max(uuid) yet. The text has another name, or it would be
                                // the order.
                                "select (select " + backfill.key() + "::text as last from " + backfill.table()
                                        + " order by "
                                        + backfill.key() + " desc limit 1), (select count(*) from " + backfill.table()
                                        + ")")
                        .orElse(first);
                if (first.last() == null) {
                    // No row, so nothing to be done exactly once: no checkpoint is needed, nor the lease for writing
                    // one, which nobody has where the schema is new.
                    return new Checkpoint(null, null, 0, 0, true);
                }
            }
            Database.run(
                    connection,
                    "insert into orchestration.data_migration (version, name, checksum, last_key, rows_total)"
                            + " values (?, ?, ?, ?, ?)",
                    version(),
                    file.name(),
                    file.checksum(),
                    first.last(),
                    first.total());
            requireLease(connection);
            return first;
        });
    }

    private Optional<Checkpoint> checkpoint(Connection connection) throws SQLException {
        return Database.first(
                connection,
                row -> new Checkpoint(
                        row.getString(1), row.getString(2), row.getLong(3), row.getLong(4), row.getBoolean(5)),
                "select position, last_key, rows_done, rows_total, ended_at is not null from orchestration.data_migration"
                        + " where version = ?",
                version());
    }

    private void atOnce() throws SQLException {
        writer.inTransaction(connection -> {
            long rows = 0;
            for (SqlStatement statement : file.statements()) {
                rows += Math.max(0, execute(connection, statement, statement.text()));
            }
            end(connection, rows);
            return true;
        });
    }

    private void walk(Backfill backfill, Checkpoint from) throws SQLException {
        String type = writer.with(connection -> keyType(connection, backfill));
        Checkpoint at = from;
        int size = Math.min(CHUNK_FIRST, backfill.chunk());
        watch.progress(at.done(), at.total());
        while (at.last() != null) {
            watch.requireGoesOn();
            await();
            Checkpoint before = at;
            int rowsMax = size;
            long begun = System.nanoTime();
            Step step = new Step();
            retry.run(file.file(), timeout -> step.next = chunk(backfill, type, before, rowsMax));
            if (step.next.isEmpty()) {
                break;
            }
            at = step.next.get();
            watch.progress(at.done(), at.total());
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (took.compareTo(CHUNK_LONG) > 0) {
                size = Math.max(Math.min(CHUNK_MIN, backfill.chunk()), size / 2);
            } else if (took.compareTo(CHUNK_SHORT) < 0) {
                size = Math.min(backfill.chunk(), size * 2);
            }
        }
        writer.inTransaction(connection -> {
            end(connection, 0);
            return true;
        });
    }

    /** Carries a result out of a lambda. */
    private static final class Step {
        private Optional<Checkpoint> next = Optional.empty();
    }

    // One transaction; empty when there was no row left.
    private Optional<Checkpoint> chunk(Backfill backfill, String type, Checkpoint at, int rowsMax) throws SQLException {
        return writer.inTransaction(connection -> {
            Optional<Chunk> chunk = next(connection, backfill, type, at, rowsMax);
            if (chunk.isEmpty()) {
                return Optional.empty();
            }
            if (backfill.java().isPresent()) {
                inJava(
                        connection,
                        backfill,
                        backfill.java().get(),
                        between(backfill, type, at, chunk.get().upto()));
            } else {
                inSql(connection, backfill, type, at, chunk.get().upto());
            }
            long done = at.done() + chunk.get().rows();
            int moved = Database.run(
                    connection,
                    "update orchestration.data_migration set position = ?, rows_done = ?, moved_at = clock_timestamp()"
                            + " where version = ? and position is not distinct from ?",
                    chunk.get().upto(),
                    done,
                    version(),
                    at.position());
            if (moved != 1) {
                throw new JobInterruptedException(file.file() + ": somebody else goes on with it");
            }
            requireLease(connection);
            return Optional.of(new Checkpoint(chunk.get().upto(), at.last(), done, at.total(), false));
        });
    }

    private void inSql(Connection connection, Backfill backfill, String type, Checkpoint at, String upto)
            throws SQLException {
        String after = at.position() == null ? lowest(connection, backfill, type) : at.position();
        SqlStatement statement = file.statements().get(0);
        execute(connection, statement, bounded(statement, type, after, upto));
    }

    private void inJava(Connection connection, Backfill backfill, String name, String rows) throws SQLException {
        JavaChunk step = javaChunks
                .named(name)
                .orElseThrow(() -> new MigrationException(file.file() + ": there is no Java step " + name));
        Database.script(connection, LOCK_TIMEOUT);
        // As an update locks them: what the step reads is not changed by somebody else before it writes.
        List<String> keys = Database.all(
                connection,
                row -> String.valueOf(row.getString(1)),
                "select " + backfill.key() + "::text from " + backfill.table() + " where " + rows + " order by "
                        + backfill.table() + "." + backfill.key() + " for no key update");
        if (keys.isEmpty()) {
            return;
        }
        String where = file.file() + ", Java step " + name;
        try {
            step.migrate(ChunkConnection.within(connection), keys);
        } catch (SQLException failure) {
            throw told(where, failure);
        } catch (RuntimeException | Error failure) {
            // Errors too: a connection that goes back to its pool with the transaction open may commit it.
            if (failure.getCause() instanceof SQLException cause) {
                throw told(where, cause);
            }
            throw new MigrationException(where + ": " + failure, failure);
        }
    }

    private static Optional<Chunk> next(
            Connection connection, Backfill backfill, String type, Checkpoint at, int rowsMax) throws SQLException {
        String key = backfill.key();
        return Database.first(
                connection,
                row -> new Chunk(String.valueOf(row.getString(1)), row.getLong(2)),
                "select (array_agg(k::text order by k desc))[1], count(*) from (select " + key + " as k from "
                        + backfill.table() + " where " + between(backfill, type, at, String.valueOf(at.last()))
                        + " order by " + key + " limit " + rowsMax + ") chunk having count(*) > 0");
    }

    private static String between(Backfill backfill, String type, Checkpoint at, String upto) {
        String from = at.position() == null ? "" : backfill.key() + " > " + literal(at.position(), type) + " and ";
        return from + backfill.key() + " <= " + literal(upto, type);
    }

    // A value before every row's: no row may have it, because the bound :after is exclusive.
    private String lowest(Connection connection, Backfill backfill, String type) throws SQLException {
        String lowest = switch (type) {
            case "smallint" -> "-32768";
            case "integer" -> "-2147483648";
            case "bigint" -> "-9223372036854775808";
            case "numeric", "real", "double precision" -> "-Infinity";
            case "uuid" -> "00000000-0000-0000-0000-000000000000";
            case "text", "character varying", "bytea" -> "";
            case "date", "timestamp without time zone", "timestamp with time zone" -> "-infinity";
            default ->
                throw new MigrationException(file.file() + ": the key " + backfill.key() + " is of the type " + type
                        + ", by which a data version cannot walk; take a number, a uuid, a text or a time");
        };
        boolean isTaken = Database.isTrue(
                connection,
                "select exists (select from " + backfill.table() + " where " + backfill.key() + " = "
                        + literal(lowest, type) + ")");
        if (isTaken) {
            throw new MigrationException(file.file() + ": a row of " + backfill.table() + " has the lowest " + type
                    + " that there is as its " + backfill.key() + ", and would be left out");
        }
        return lowest;
    }

    private static String keyType(Connection connection, Backfill backfill) throws SQLException {
        return Database.first(
                        connection,
                        row -> row.getString(1),
                        "select format_type(atttypid, null) from pg_attribute"
                                + " where attrelid = to_regclass(?) and attname = ? and attnum > 0",
                        backfill.table(),
                        backfill.key())
                .orElseThrow(() -> new MigrationException(
                        "there is no column " + backfill.key() + " of a table " + backfill.table()));
    }

    // Bounds as literals: as parameters they would not go along with statements that have question marks of their own.
    private static String bounded(SqlStatement statement, String type, String after, String upto) {
        StringBuilder sql = new StringBuilder();
        int from = 0;
        for (SqlToken token : statement.tokens()) {
            if (token.kind() == SqlToken.Kind.PARAMETER) {
                sql.append(statement.text(), from, token.begin())
                        .append(literal(token.text().equals("after") ? after : upto, type));
                from = token.end();
            }
        }
        return sql.append(statement.text().substring(from)).toString();
    }

    private static String literal(String value, String type) {
        return "'" + value.replace("'", "''") + "'::" + type;
    }

    private int execute(Connection connection, SqlStatement statement, String sql) throws SQLException {
        Database.script(connection, LOCK_TIMEOUT);
        try {
            return Database.script(connection, sql);
        } catch (SQLException failure) {
            throw told(file.file() + ", line " + statement.line(), failure);
        }
    }

    // A refusal where a person must put right the statement, or the rows that it meets; else the failure.
    private static SQLException told(String where, SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        String what = where + ": " + failure.getMessage() + " [" + state + "]";
        if (state.startsWith("22") || state.startsWith("23") || state.startsWith("42")) {
            throw new MigrationException(what, failure);
        }
        return new SQLException(what, failure.getSQLState(), failure);
    }

    private void end(Connection connection, long rows) throws SQLException {
        Database.run(
                connection,
                "update orchestration.data_migration set ended_at = clock_timestamp(), rows_done = rows_done + ?"
                        + " where version = ? and ended_at is null",
                rows,
                version());
        requireLease(connection);
    }

    // Last before the commit: what is written without the lease would be lost to the other cluster.
    private static void requireLease(Connection connection) throws SQLException {
        Database.run(connection, "select ops.assert_lease()");
    }

    // Holds back while the standby is far behind, for as long as nobody stops the job: to go on would cost the writer
    // its disk, or the standby its slot. And a little while the database has much to do.
    private void await() throws SQLException {
        for (int pauses = 0; ; pauses++) {
            boolean isBehind = writer.isTrue("select coalesce(bool_or(pg_wal_lsn_diff(pg_current_wal_flush_lsn(),"
                    + " confirmed_flush_lsn) > " + BEHIND_BYTES_MAX + "), false) from pg_replication_slots"
                    + " where slot_name = 'holdfast'");
            boolean isBusy = pauses < BUSY_PAUSES_MAX
                    && writer.isTrue(
                            "select count(*) > " + activeMax + " from pg_stat_activity"
                                    + " where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid()");
            if (!isBehind && !isBusy) {
                return;
            }
            watch.says(file.file() + " waits: "
                    + (isBehind
                            ? "the standby is more than " + (BEHIND_BYTES_MAX >> 20) + " MiB behind"
                            : "more than " + activeMax + " sessions are at work"));
            watch.requireGoesOn();
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private String version() {
        return file.version().orElseThrow().toString();
    }
}
