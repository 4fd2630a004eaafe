package org.holdfast.connection;

import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The DataSource under the persistence unit. A connection of it opens at its first real use, on the node that the current
 * transaction is pinned to; without such a transaction it refuses. Thread-safe; its connections are not.
 */
public final class RoutingDataSource implements DataSource {
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

    private LazyConnection.Opened open() throws SQLException {
        PinnedRoute route = pinnedRoute();
        Connection connection = route.pass().acquire(() -> pools.connection(route.node()));
        RouteSettings settings = route.settings();
        if (!settings.isTold() && settings.mustComeFirst()) {
            try {
                settings.tell(connection);
            } catch (SQLException failure) {
                connection.close();
                throw failure;
            }
        }
        return new LazyConnection.Opened(connection, settings);
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
