package org.holdfast.connection;

import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Logger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * The DataSource under the persistence unit. A connection of it opens at its first real use, on the node that the current
 * transaction is pinned to; without such a transaction it refuses. Thread-safe; its connections are not.
 */
public final class RoutingDataSource implements DataSource {
    // A transaction belongs to the epoch in which it began; its commit is refused in any other.
    // Who is at work is for the triggers of the audit.
    private static final String WRITES =
            "set_config('holdfast.epoch', coalesce((select epoch::text from ops.write_lease), '0'), true),"
                    + " set_config('holdfast.caller', ?, true)";
    private static final String READS = "set_config('transaction_read_only', 'on', true)";
    private static final String SETTINGS = """
            select set_config('holdfast.tenant', ?, true), set_config('statement_timeout', ?, true),
                   set_config('idle_in_transaction_session_timeout', ?, true),\s""";
    private static final int POSITION_COLUMN = 5;
    private static final long REPLAY_PAUSE_NANOS_MIN = 1_000_000;
    private static final long REPLAY_PAUSE_NANOS_MAX = 5_000_000;

    private final NodePools pools = new NodePools();
    private volatile @Nullable TransactionSynchronizationRegistry registry;

    /** For the service loader. */
    public RoutingDataSource() {}

    @Override
    public Connection getConnection() {
        return (Connection) Proxy.newProxyInstance(
                RoutingDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new LazyConnection(this::open));
    }

    @Override
    public Connection getConnection(String user, String password) {
        return getConnection();
    }

    private Connection open() throws SQLException {
        PinnedRoute route = pinnedRoute();
        Connection connection = route.pass().acquire(() -> pools.connection(route.node()));
        if (route.claimPreparation()) {
            try {
                prepare(connection, route);
                route.pass().connected();
            } catch (SQLException failure) {
                route.pass().couldNotConnect(failure);
                connection.close();
                throw failure;
            }
        }
        return connection;
    }

    private PinnedRoute pinnedRoute() throws SQLException {
        try {
            if (registry().getResource(PinnedRoute.KEY) instanceof PinnedRoute route) {
                return route;
            }
        } catch (IllegalStateException noTransaction) {
            throw new SQLException("a database was used outside a session of the ConnectionManager", noTransaction);
        }
        throw new SQLException("a database was used in a transaction that no session of the ConnectionManager began");
    }

    // The settings end with the transaction, so the connection goes back to its pool as it came.
    private static void prepare(Connection connection, PinnedRoute route) throws SQLException {
        boolean isRead = route.intent() == AccessIntent.READ;
        String settings = SETTINGS + (isRead ? READS : WRITES);
        try (PreparedStatement statement = connection.prepareStatement(
                route.mustHave().isPresent() ? settings + ", " + route.positionQuestion() : settings)) {
            statement.setString(1, route.tenant().map(Object::toString).orElse(""));
            statement.setString(2, Long.toString(route.limits().query().toMillis()));
            statement.setString(3, Long.toString(route.limits().request().toMillis()));
            if (!isRead) {
                statement.setString(4, route.caller());
            }
            try (ResultSet row = statement.executeQuery()) {
                if (route.mustHave().isPresent() && row.next()) {
                    requireReplayed(connection, route, route.mustHave().get(), row.getString(POSITION_COLUMN));
                }
            }
        }
    }

    // A wait spares the primary, whose time all callers share; the pauses grow, because a replica that was
    // just asked in vain is rarely there a moment later.
    private static void requireReplayed(Connection connection, PinnedRoute route, LogPosition wanted, String replayed)
            throws SQLException {
        String position = replayed;
        long begun = System.nanoTime();
        while (LogPosition.parse(position).isBefore(wanted)) {
            long waited = System.nanoTime() - begun;
            long longest = route.pass().replayWait().toNanos();
            if (waited >= longest) {
                if (longest > 0) {
                    route.pass().waitedInVain();
                }
                throw new SQLException(
                        "a replica is behind",
                        new ReplicaBehindException(route.node() + " has replayed " + position + ", not " + wanted));
            }
            LockSupport.parkNanos(Math.min(REPLAY_PAUSE_NANOS_MAX, Math.max(REPLAY_PAUSE_NANOS_MIN, waited / 4)));
            try (PreparedStatement statement = connection.prepareStatement("select " + route.positionQuestion());
                    ResultSet row = statement.executeQuery()) {
                row.next();
                position = row.getString(1);
            }
        }
    }

    private TransactionSynchronizationRegistry registry() throws SQLException {
        TransactionSynchronizationRegistry found = registry;
        if (found == null) {
            try {
                found = InitialContext.doLookup("java:comp/TransactionSynchronizationRegistry");
            } catch (NamingException absent) {
                throw new SQLException("the server has no transaction synchronization registry", absent);
            }
            registry = found;
        }
        return found;
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // Nothing is ever written to it.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException("the pools carry their own time-outs");
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getLogger("org.holdfast.connection");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("not a wrapper for " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
