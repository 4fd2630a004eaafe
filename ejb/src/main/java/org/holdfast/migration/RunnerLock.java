package org.holdfast.migration;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;

/** Keeps all others who change the schema away while it is held; of the writer. */
public final class RunnerLock {
    private static final long KEY = 0x486f6c6466617374L; // "Holdfast"
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private RunnerLock() {}

    /** The lock; empty while somebody else holds it. */
    public static Optional<SessionLock> tryAcquire(Database writer) throws SQLException {
        return SessionLock.tryAcquire(writer, KEY);
    }

    /** The lock; empty when another runner holds it for longer than is waited for. */
    static Optional<SessionLock> acquire(Database writer, MigrationWatch watch) throws SQLException {
        long begun = System.nanoTime();
        Optional<SessionLock> lock = tryAcquire(writer);
        while (lock.isEmpty() && System.nanoTime() - begun <= PATIENCE.toNanos()) {
            watch.requireGoesOn();
            LockSupport.parkNanos(PAUSE.toNanos());
            lock = tryAcquire(writer);
        }
        return lock;
    }
}
