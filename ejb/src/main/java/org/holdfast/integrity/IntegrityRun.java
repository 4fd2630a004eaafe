package org.holdfast.integrity;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.JobInterruptedException;
import org.holdfast.job.JobWatch;

/**
 * Compares two heads, table by table in the order of their names, from where an unfinished run is, and looks at what else there
 * is to be looked at. Only one at a time over all instances. For one thread.
 */
final class IntegrityRun {
    private static final Logger LOG = Logger.getLogger(IntegrityRun.class.getName());
    private static final long LOCK = 0x496e746567726974L; // "Integrit"
    private static final int FINDINGS_TOLD_MAX = 5;

    // The heads' own bookkeeping aside: each beats for itself.
    private static final String PUBLISHED = """
            select format('%I.%I', schemaname, tablename) from pg_publication_tables
            where pubname = 'holdfast' and schemaname <> 'ops'
            """;
    private static final String FOLLOWED = """
            select format('%I.%I', n.nspname, c.relname)
            from pg_subscription_rel r join pg_subscription s on s.oid = r.srsubid and s.subname = 'holdfast'
                 join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace
            where r.srsubstate = 'r'
            """;
    private static final String ROWS = """
            select coalesce(sum(greatest(l.reltuples, 0)), 0)::bigint
            from unnest(?) as wanted (name)
                 join pg_class l on coalesce(pg_partition_root(l.oid), l.oid) = to_regclass(wanted.name)
            where l.relkind = 'r'
            """;

    private final HeadPair heads;
    private final Map<String, Database> replicas;
    private final RunStore store;
    private final JobWatch watch;
    private long rowsDone;
    private long rowsTotal;

    /** @param replicas physical replicas that answer, by their names */
    IntegrityRun(HeadPair heads, Map<String, Database> replicas, JobWatch watch) {
        this.heads = heads;
        this.replicas = replicas;
        this.store = new RunStore(heads.writer(), heads.epoch());
        this.watch = watch;
    }

    /** Whether one is under way. */
    static boolean isUnderWay(Database writer) throws SQLException {
        Optional<SessionLock> free = SessionLock.tryAcquire(writer, LOCK);
        if (free.isPresent()) {
            free.get().close();
        }
        return free.isEmpty();
    }

    /**
     * Does what is left of a run.
     *
     * @param by who asks
     * @return what it has found; empty when another instance is at it
     * @throws JobInterruptedException when it is to go on later
     */
    Optional<IntegrityReport> run(boolean repairs, String by) throws SQLException {
        Optional<SessionLock> acquired = SessionLock.tryAcquire(heads.writer(), LOCK);
        if (acquired.isEmpty()) {
            return Optional.empty();
        }
        try (SessionLock lock = acquired.get()) {
            RunRecord run = store.open(repairs, by);
            if (!run.isCompared()) {
                compare(run, lock);
            }
            check(run);
            return RunStore.report(heads.writer());
        }
    }

    private void compare(RunRecord run, SessionLock lock) throws SQLException {
        List<String> tables = new ArrayList<>(
                heads.writer().with(connection -> Database.all(connection, row -> row.getString(1), PUBLISHED)));
        tables.retainAll(
                heads.standby().with(connection -> Database.all(connection, row -> row.getString(1), FOLLOWED)));
        // As isAhead compares them.
        Collections.sort(tables);
        rowsTotal = heads.writer().first(row -> row.getLong(1), ROWS, tables).orElse(0L);
        rowsDone = RunStore.report(heads.writer()).stream()
                .flatMap(report -> report.tables().stream())
                .mapToLong(IntegrityReport.Table::rows)
                .sum();
        watch.progress(rowsDone, rowsTotal);
        for (String table : tables) {
            if (run.isAhead(table)) {
                compare(run, table, run.from(table), lock);
            }
        }
        store.compared(run);
    }

    private void compare(RunRecord run, String table, List<String> from, SessionLock lock) throws SQLException {
        watch.says("compares " + table);
        TableShape shape = TableShape.of(table, heads.writer(), heads.standby());
        if (!shape.hasKey()) {
            return; // which the checks tell
        }
        Optional<Repair> repair = run.repairs() ? Optional.of(new Repair(heads, watch)) : Optional.empty();
        TableComparison comparison = new TableComparison(heads, shape, repair, watch);
        List<String> after = from;
        do {
            watch.requireGoesOn();
            lock.requireHeld();
            ChunkResult result = comparison.chunk(after);
            store.chunk(run, table, result);
            tell(table, result);
            rowsDone += result.rows();
            watch.progress(rowsDone, Math.max(rowsDone, rowsTotal));
            after = result.last();
        } while (!after.isEmpty());
    }

    private void tell(String table, ChunkResult result) {
        List<Finding> findings = result.findings();
        if (findings.isEmpty()) {
            return;
        }
        LOG.log(
                Level.WARNING,
                "{0} rows of {1} on {2} are not as the writer''s, {3} of them were made so: {4}{5}",
                new Object[] {
                    findings.size(),
                    table,
                    heads.standbyName(),
                    result.repaired(),
                    findings.stream()
                            .limit(FINDINGS_TOLD_MAX)
                            .map(finding -> finding.kind() + " " + finding.key())
                            .toList(),
                    findings.size() > FINDINGS_TOLD_MAX ? " and more" : ""
                });
    }

    private void check(RunRecord run) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        long objects = 0;
        for (NodeChecks checks : List.of(
                new NodeChecks(heads.writerName(), heads.writer(), watch),
                new NodeChecks(heads.standbyName(), heads.standby(), watch))) {
            checks.schema();
            if (checks.node().equals(heads.writerName())) {
                checks.tables();
                checks.sequences();
            }
            findings.addAll(checks.findings());
            objects += checks.objects();
        }
        for (Map.Entry<String, Database> replica : replicas.entrySet()) {
            NodeChecks checks = new NodeChecks(replica.getKey(), replica.getValue(), watch);
            objects += checkReplica(checks, findings);
        }
        for (Finding finding : findings) {
            LOG.log(Level.WARNING, "{0}: {1} {2}: {3}", new Object[] {
                finding.node(), finding.kind(), finding.object(), finding.detail()
            });
        }
        store.ended(run, findings, objects);
    }

    // A replica that goes away meanwhile is told, and keeps nothing from its end.
    private long checkReplica(NodeChecks checks, List<Finding> findings) throws SQLException {
        try {
            checks.schema();
        } catch (SQLException failure) {
            if (!ErrorClassifier.isConnectionLost(failure)) {
                throw failure;
            }
            findings.add(Finding.of(checks.node(), FindingKind.not_checked, "indexes", "it did not answer"));
        }
        findings.addAll(checks.findings());
        return checks.objects();
    }
}
