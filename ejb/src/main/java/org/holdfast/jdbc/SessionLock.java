package org.holdfast.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Keeps all others away from one kind of work while it is held: an advisory lock of a session, which ends with its holder. It is
 * tried for and never waited for, and its session is in no transaction: a concurrent index build would wait for it. For one
 * thread.
 */
public final class SessionLock implements AutoCloseable {
    private final Connection session;
    private final long key;

    private SessionLock(Connection session, long key) {
        this.session = session;
        this.key = key;
    }

    /** The lock; empty while another session holds it. */
    public static Optional<SessionLock> tryAcquire(Database database, long key) throws SQLException {
        Connection session = database.connection();
        try {
            if (Database.isTrue(session, "select pg_try_advisory_lock(?)", key)) {
                return Optional.of(new SessionLock(session, key));
            }
            session.close();
            return Optional.empty();
        } catch (SQLException | RuntimeException failure) {
            try (session) {
                throw failure;
            }
        }
    }

    /**
     * Looks whether it is held still.
     *
     * @throws SQLException when the session has ended, and the lock with it: another may hold it now
     */
    public void requireHeld() throws SQLException {
        Database.run(session, "select 1");
    }

    /** Work that nobody does who no longer holds the lock: on its session, which commits each statement. */
    public <T> T with(Database.Work<T> work) throws SQLException {
        return work.on(session);
    }

    @Override
    public void close() throws SQLException {
        try (session) {
            if (!session.isClosed()) {
                Database.run(session, "select pg_advisory_unlock(?)", key);
            }
        }
    }
}
