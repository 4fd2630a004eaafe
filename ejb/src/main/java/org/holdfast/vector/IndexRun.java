package org.holdfast.vector;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.JobInterruptedException;
import org.holdfast.job.JobWatch;
import org.holdfast.migration.RunnerLock;
import org.holdfast.vector.VectorIndex.Building;

/**
 * Makes vector indexes on one head after the other, the standby first. Nothing else changes the schema meanwhile, on any instance.
 * For one thread; a statement that may take long runs beside it, so that it can be followed and ended.
 */
final class IndexRun {
    /** A head as the schema's owner. */
    record Head(String node, Database owner) {}

    // It stops nobody, but waits for every transaction that is older than itself.
    private static final Duration LOCK_TIMEOUT = Duration.ofMinutes(5);
    private static final Duration SWAP_LOCK_TIMEOUT = Duration.ofMillis(500);
    /** A graph that does not fit is built on disk, many times slower; more than this a build takes from nobody. */
    static final long BUILD_MEMORY_MAX = 512L << 20;

    private static final String BUILD_MEMORY = "select set_config('maintenance_work_mem',"
            + " greatest(pg_size_bytes(current_setting('maintenance_work_mem')), ?) / 1024 || 'kB', false)";

    private static final Duration LOOKED_AT_EVERY = Duration.ofMillis(250);
    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(10);
    // What goes on building has lost its runner: only one is at it. PostgreSQL ends a build whose client is gone
    // only when it is done.
    private static final String CANCEL_ORPHANS = """
            select pg_cancel_backend(p.pid)
            from pg_stat_progress_create_index p join pg_stat_activity a on a.pid = p.pid
            where p.datname = current_database() and p.relid = to_regclass(?) and a.usename = current_user and p.pid <> pg_backend_pid()""";
    // Not what the same session does next.
    private static final String CANCEL =
            "select pg_cancel_backend(a.pid) from pg_stat_activity a where a.pid = ? and a.state = 'active' and a.query = ?";
    private static final String BUILDING =
            "select phase, tuples_done, blocks_done, blocks_total from pg_stat_progress_create_index where pid = ?";
    private static final int NOT_BEGUN = 0;
    private static final int NOT_WANTED = -1;

    private final List<Head> heads;
    private final JobWatch watch;
    private final ExecutorService executor;
    private final Set<String> done;
    private long rowsBefore;
    private long rowsTotal;

    /**
     * A run.
     *
     * @param heads the one that takes the writes last
     * @param done what earlier attempts of the same order have made anew; this one adds to it
     */
    IndexRun(List<Head> heads, JobWatch watch, ExecutorService executor, Set<String> done) {
        this.heads = List.copyOf(heads);
        this.watch = watch;
        this.executor = executor;
        this.done = done;
    }

    private Head writer() {
        return heads.get(heads.size() - 1);
    }

    /**
     * Carries an order out, or what is left of it.
     *
     * @return what became of each table; empty when another runner is at it
     * @throws JobInterruptedException when it is to go on later
     */
    Optional<List<String>> run(IndexOrder order) throws SQLException {
        Optional<SessionLock> acquired = RunnerLock.tryAcquire(writer().owner());
        if (acquired.isEmpty()) {
            return Optional.empty();
        }
        try (SessionLock lock = acquired.get()) {
            List<String> told = new ArrayList<>();
            for (String table : order.tables()) {
                for (Head head : heads) {
                    rowsTotal += parts(head, table).stream()
                            .mapToLong(VectorTables.Part::rows)
                            .sum();
                }
            }
            for (String table : order.tables()) {
                told.add(run(order, table, lock));
            }
            return Optional.of(told);
        }
    }

    private String run(IndexOrder order, String table, SessionLock lock) throws SQLException {
        watch.says("measures the recall of " + table);
        Optional<Recall> before = Recall.measure(writer().owner(), table, watch);
        List<String> changed = new ArrayList<>();
        for (Head head : heads) {
            if (make(order, table, head, lock)) {
                changed.add(head.node());
            }
        }
        watch.says("measures the recall of " + table);
        Optional<Recall> after = Recall.measure(writer().owner(), table, watch);
        return order.profile().map(Enum::name).orElse("as before") + " " + table + ": "
                + (changed.isEmpty() ? "nothing to do" : "made on " + String.join(", ", changed))
                + after.map(now -> String.format(
                                Locale.ROOT, ", recall@10 %.3f over %d vectors", now.recall(), now.vectors()))
                        .orElse("")
                + before.map(then -> String.format(Locale.ROOT, " (%.3f before)", then.recall()))
                        .orElse("");
    }

    private static List<VectorTables.Part> parts(Head head, String table) throws SQLException {
        return head.owner().with(connection -> VectorTables.parts(connection, table));
    }

    private boolean make(IndexOrder order, String table, Head head, SessionLock lock) throws SQLException {
        boolean isMade = false;
        for (VectorTables.Part part : parts(head, table)) {
            isMade |= make(order, part, head, lock);
            rowsBefore += part.rows();
            watch.progress(Math.min(rowsBefore, rowsTotal), rowsTotal);
        }
        if (order.profile().isEmpty()) {
            follow(head, "analyze " + table, 0, lock);
        }
        return isMade;
    }

    private boolean make(IndexOrder order, VectorTables.Part part, Head head, SessionLock lock) throws SQLException {
        String task = head.node() + " " + part.name();
        if (done.contains(task)) {
            return true;
        }
        head.owner()
                .with(connection -> Database.all(connection, row -> row.getBoolean(1), CANCEL_ORPHANS, part.name()));
        List<IndexPlan.Present> present =
                head.owner().with(connection -> VectorTables.present(connection, part.name()));
        List<IndexPlan.Step> steps = order.profile()
                .map(profile -> IndexPlan.to(profile, part, present))
                .orElseGet(() -> IndexPlan.again(part.name(), present));
        long memory = memory(part, order, present);
        for (IndexPlan.Step step : steps) {
            watch.requireGoesOn();
            lock.requireHeld();
            switch (step.kind()) {
                case BUILD, DROP -> follow(head, step.statements().get(0), memory, lock);
                case SWAP -> swap(head, step.statements());
            }
        }
        done.add(task);
        return !steps.isEmpty();
    }

    private static long memory(VectorTables.Part part, IndexOrder order, List<IndexPlan.Present> present) {
        int m = order.profile()
                .map(IndexProfile::m)
                .orElseGet(() ->
                        present.stream().mapToInt(IndexPlan.Present::m).max().orElse(0));
        return Math.min(BUILD_MEMORY_MAX, IndexHealth.graphBytes(part.rows(), part.dimensions(), m));
    }

    private static void swap(Head head, List<String> statements) throws SQLException {
        head.owner().inTransaction(connection -> {
            Database.script(connection, "set local lock_timeout = " + SWAP_LOCK_TIMEOUT.toMillis());
            for (String statement : statements) {
                Database.script(connection, statement);
            }
            return true;
        });
    }

    private void follow(Head head, String statement, long memory, SessionLock lock) throws SQLException {
        watch.says(statement.replaceAll(" using .*", "") + " on " + head.node());
        AtomicInteger session = new AtomicInteger();
        Future<Boolean> running =
                executor.submit(() -> head.owner().with(connection -> alone(connection, statement, memory, session)));
        try {
            while (!isEnded(running, LOOKED_AT_EVERY)) {
                watch.requireGoesOn();
                lock.requireHeld();
                look(head, session.get());
            }
        } catch (SQLException | RuntimeException failure) {
            cancel(head, session, statement, running, failure);
            throw failure;
        }
    }

    private static boolean alone(Connection connection, String statement, long memory, AtomicInteger session)
            throws SQLException {
        int own = Database.first(connection, row -> row.getInt(1), "select pg_backend_pid()")
                .orElseThrow();
        if (!session.compareAndSet(NOT_BEGUN, own)) {
            return false;
        }
        Database.script(connection, "set lock_timeout = " + LOCK_TIMEOUT.toMillis());
        Database.first(connection, row -> row.getString(1), BUILD_MEMORY, memory);
        try {
            Database.script(connection, statement);
        } finally {
            if (!connection.isClosed()) {
                Database.script(connection, "reset lock_timeout; reset maintenance_work_mem");
            }
        }
        return true;
    }

    private static boolean isEnded(Future<Boolean> running, Duration within) throws SQLException {
        try {
            return running.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillRunning) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new JobInterruptedException("the instance is being stopped");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SQLException sql) {
                throw sql;
            }
            throw new IllegalStateException("the statement could not be run", failed.getCause());
        }
    }

    private void look(Head head, int session) throws SQLException {
        Optional<Building> building = head.owner()
                .first(
                        row -> new Building(row.getString(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                        BUILDING,
                        session);
        if (building.isPresent() && building.get().phase().startsWith("building index")) {
            watch.progress(Math.min(rowsTotal, rowsBefore + building.get().tuplesDone()), rowsTotal);
        }
    }

    private static void cancel(
            Head head, AtomicInteger session, String statement, Future<Boolean> running, Exception reason) {
        if (session.compareAndSet(NOT_BEGUN, NOT_WANTED) || running.isDone()) {
            return;
        }
        try {
            head.owner()
                    .with(connection ->
                            Database.all(connection, row -> row.getBoolean(1), CANCEL, session.get(), statement));
            isEnded(running, CANCELLED_WITHIN);
        } catch (SQLException cancelled) {
            // It is what was asked for; what is left behind is dropped by who comes next.
            reason.addSuppressed(cancelled);
        }
    }
}
