package org.holdfast.integrity;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.jdbc.Database;

/**
 * Runs, how far they are, and what they have found, in the writer's database; replicated, so that a new writer goes on. Each
 * change asks for the lease of the epoch last: what is written without it would be lost to the other cluster.
 */
final class RunStore {
    /** Of more only the number is told. */
    static final int FINDINGS_MAX = 500;

    private static final String UNFINISHED =
            "select id, repairs, asked_by, table_name, position, table_done, compared from orchestration.integrity_run"
                    + " where ended_at is null order by begun_at desc limit 1";
    private static final String REPORT = """
            select id, repairs, asked_by, begun_at, ended_at, case when not compared then table_name end,
                   objects_checked
            from orchestration.integrity_run order by begun_at desc limit 1
            """;

    private final Database writer;
    private final long epoch;

    RunStore(Database writer, long epoch) {
        this.writer = writer;
        this.epoch = epoch;
    }

    /** The run that goes on: an unfinished one that does the same, or a new one, which ends what is left of others. */
    RunRecord open(boolean repairs, String by) throws SQLException {
        return change(connection -> {
            Optional<RunRecord> before =
                    Database.first(connection, RunStore::record, UNFINISHED).filter(run -> run.repairs() == repairs);
            if (before.isPresent()) {
                return before.get();
            }
            UUID id = UUID.randomUUID();
            // The last report is the one that is asked for.
            Database.run(connection, "delete from orchestration.integrity_finding");
            Database.run(connection, "delete from orchestration.integrity_table");
            Database.run(connection, "delete from orchestration.integrity_run");
            Database.run(
                    connection,
                    "insert into orchestration.integrity_run (id, repairs, asked_by) values (?, ?, ?)",
                    id,
                    repairs,
                    by);
            return new RunRecord(id, repairs, by, "", List.of(), false, false);
        });
    }

    private static RunRecord record(ResultSet row) throws SQLException {
        return new RunRecord(
                row.getObject(1, UUID.class),
                row.getBoolean(2),
                row.getString(3),
                row.getString(4),
                List.of((String[]) row.getArray(5).getArray()),
                row.getBoolean(6),
                row.getBoolean(7));
    }

    /** A chunk was compared: all of it, or nothing. */
    void chunk(RunRecord run, String table, ChunkResult result) throws SQLException {
        change(connection -> {
            Database.run(
                    connection,
                    """
                    insert into orchestration.integrity_table as t
                        (table_name, rows_compared, chunks, rows_unsettled, rows_found, rows_repaired)
                    values (?, ?, 1, ?, ?, ?)
                    on conflict (table_name) do update
                    set rows_compared = t.rows_compared + excluded.rows_compared, chunks = t.chunks + 1,
                        rows_unsettled = t.rows_unsettled + excluded.rows_unsettled,
                        rows_found = t.rows_found + excluded.rows_found,
                        rows_repaired = t.rows_repaired + excluded.rows_repaired
                    """,
                    table,
                    result.rows(),
                    result.unsettled(),
                    (long) result.findings().size(),
                    result.repaired());
            keep(connection, result.findings());
            if (result.repaired() > 0) {
                note(connection, run.by(), table, result.repaired());
            }
            return move(connection, run, table, result.last(), false);
        });
    }

    /** All tables have been compared, and only the checks are left. */
    void compared(RunRecord run) throws SQLException {
        change(connection -> move(connection, run, "", List.of(), true));
    }

    void ended(RunRecord run, List<Finding> findings, long objectsChecked) throws SQLException {
        change(connection -> {
            keep(connection, findings);
            return Database.run(
                    connection,
                    "update orchestration.integrity_run set ended_at = clock_timestamp(), objects_checked = ? where id = ?",
                    objectsChecked,
                    run.id());
        });
    }

    private static int move(Connection connection, RunRecord run, String table, List<String> position, boolean compared)
            throws SQLException {
        int moved = Database.run(
                connection,
                "update orchestration.integrity_run set table_name = ?, position = ?, table_done = ?, compared = ?,"
                        + " moved_at = clock_timestamp() where id = ? and ended_at is null",
                table,
                position,
                position.isEmpty(),
                compared,
                run.id());
        if (moved != 1) {
            throw new IntegrityException("somebody else has begun a new run");
        }
        return moved;
    }

    private static void keep(Connection connection, List<Finding> findings) throws SQLException {
        for (Finding finding : findings) {
            Database.run(
                    connection,
                    """
                    insert into orchestration.integrity_finding (id, node, kind, object, key, detail, repaired)
                    select ?, ?, ?, ?, ?, ?, ?
                    where (select count(*) from orchestration.integrity_finding) < ?
                    """,
                    UUID.randomUUID(),
                    finding.node(),
                    finding.kind().name(),
                    finding.object(),
                    finding.key(),
                    finding.detail(),
                    finding.repaired(),
                    FINDINGS_MAX);
        }
    }

    // In the trail of the system: rows of any tenant may be among them.
    private static void note(Connection connection, String by, String table, long rows) throws SQLException {
        Database.run(
                connection,
                "select set_config('holdfast.caller', concat_ws(chr(31), 'batch', ?::text, '', '', ''), true),"
                        + " audit.record(null, 'REPAIRED', ?, null,"
                        + " json_build_object('standbyRows', json_build_array(null, ?::bigint))::text)",
                by,
                table,
                rows);
    }

    private <T> T change(Database.Work<T> work) throws SQLException {
        return writer.inTransaction(connection -> {
            Database.run(connection, "select set_config('holdfast.epoch', ?, true)", Long.toString(epoch));
            T done = work.on(connection);
            Database.run(connection, "select ops.assert_lease()");
            return done;
        });
    }

    /** The newest run, finished or not; empty before the first one. */
    static Optional<IntegrityReport> report(Database writer) throws SQLException {
        return writer.with(connection -> Database.first(connection, row -> row(connection, row), REPORT));
    }

    private static IntegrityReport row(Connection connection, ResultSet run) throws SQLException {
        List<IntegrityReport.Table> tables = Database.all(
                connection,
                row -> new IntegrityReport.Table(
                        row.getString(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6)),
                "select table_name, rows_compared, chunks, rows_found, rows_repaired, rows_unsettled"
                        + " from orchestration.integrity_table order by table_name");
        List<Finding> findings = Database.all(
                connection,
                row -> new Finding(
                        row.getString(1),
                        FindingKind.valueOf(row.getString(2)),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getBoolean(6)),
                "select node, kind, object, key, detail, repaired from orchestration.integrity_finding"
                        + " order by object, key, node, kind");
        OffsetDateTime ended = run.getObject(5, OffsetDateTime.class);
        return new IntegrityReport(
                run.getObject(1, UUID.class),
                run.getBoolean(2),
                run.getString(3),
                run.getObject(4, OffsetDateTime.class).toInstant(),
                ended == null ? null : ended.toInstant(),
                run.getString(6),
                tables,
                findings.stream().filter(finding -> finding.kind().isOfRow()).toList(),
                new IntegrityReport.Checks(
                        run.getLong(7),
                        findings.stream()
                                .filter(finding -> !finding.kind().isOfRow())
                                .toList()));
    }
}
