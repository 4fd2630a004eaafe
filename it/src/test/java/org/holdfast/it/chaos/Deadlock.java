package org.holdfast.it.chaos;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.launcher.NodeName;

/**
 * Somebody who deadlocks with writes of the application, again and again: holds every register, and when a write waits for
 * one, asks for a whole table in which that write wants to change something or has done so. The application is the victim, because PostgreSQL
 * ends whoever looks first, and this one does not look. Ends within seconds of being told to.
 */
final class Deadlock {
    /** A write waits with a lock on the first; one with a key has changed something in the second before that. */
    private static final List<String> TABLES = List.of("memory.agent", "orchestration.idempotent_work");

    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
    private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

    private final ChaosSystem system;
    private final NodeName head;
    private final String table;
    private final Thread thread = new Thread(this::run, "chaos-deadlock");
    private volatile boolean isEnding;
    private final AtomicInteger cycles = new AtomicInteger();

    private Deadlock(ChaosSystem system, NodeName head, String table) {
        this.system = system;
        this.head = head;
        this.table = table;
    }

    /** {@code pick} decides on the table. */
    static Deadlock begin(ChaosSystem system, NodeName head, int pick) {
        Deadlock deadlock = new Deadlock(system, head, TABLES.get(Math.floorMod(pick, TABLES.size())));
        deadlock.thread.setDaemon(true);
        deadlock.thread.start();
        return deadlock;
    }

    String table() {
        return table;
    }

    /** Returns how many cycles were closed. */
    int end() {
        isEnding = true;
        try {
            thread.join(ENDS_WITHIN.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return cycles.get();
    }

    private void run() {
        while (!isEnding) {
            try {
                closeCycle();
            } catch (SQLException failure) {
                // The node may be hurt by another fault; then there is nobody to wait either.
                LockSupport.parkNanos(POLL_NANOS);
            }
        }
    }

    private void closeCycle() throws SQLException {
        try (Connection connection = system.connect(head);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set local deadlock_timeout = '1min'");
            statement.execute("set local lock_timeout = '5s'");
            statement.execute("select id from memory.agent for update");
            while (!isAwaitedByAWriterOfTheTable(statement)) {
                if (isEnding) {
                    return;
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
            cycles.incrementAndGet();
            statement.execute("lock table " + table + " in exclusive mode");
        }
    }

    private boolean isAwaitedByAWriterOfTheTable(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("""
                select exists (
                    select from pg_locks w join pg_locks h on h.pid = w.pid
                    where not w.granted and pg_backend_pid() = any (pg_blocking_pids(w.pid))
                      and h.granted and h.mode in ('RowShareLock', 'RowExclusiveLock') and h.relation = '%s'::regclass)
                """.formatted(table))) {
            return row.next() && row.getBoolean(1);
        }
    }
}
