package org.holdfast.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.jdbc.Database;

/**
 * Keeps all other runners away while it is held: an advisory lock of a session on the writer, which ends with its holder. It
 * is tried for and never waited for, and its session is in no transaction: a concurrent index build would wait for it.
 */
final class RunnerLock implements AutoCloseable {
    private static final long KEY = 0x486f6c6466617374L; // "Holdfast"
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Connection session;

    private RunnerLock(Connection session) {
        this.session = session;
    }

    /** The lock; empty when another runner holds it for longer than is waited for. */
    static Optional<RunnerLock> acquire(Database writer, MigrationWatch watch) throws SQLException {
        long begun = System.nanoTime();
        Connection session = writer.connection();
        try {
            while (!Database.isTrue(session, "select pg_try_advisory_lock(" + KEY + ")")) {
                if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                    session.close();
                    return Optional.empty();
                }
                watch.requireGoesOn();
                LockSupport.parkNanos(PAUSE.toNanos());
            }
            return Optional.of(new RunnerLock(session));
        } catch (SQLException | RuntimeException failure) {
            session.close();
            throw failure;
        }
    }

    /** @throws SQLException when the session has ended, and the lock with it */
    void requireHeld() throws SQLException {
        Database.run(session, "select 1");
    }

    @Override
    public void close() throws SQLException {
        try (session) {
            Database.run(session, "select pg_advisory_unlock(" + KEY + ")");
        }
    }
}
