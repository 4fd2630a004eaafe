package org.holdfast.persistence;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ServiceLoader;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The DataSource that the application offers as a service ({@code META-INF/services/javax.sql.DataSource}). It is looked up
 * through the calling thread's class loader, because in an EAR the persistence unit's library does not see the module that
 * implements it. Thread-safe.
 */
final class LocatedDataSource implements DataSource {
    private volatile @Nullable DataSource located;

    @Override
    public Connection getConnection() throws SQLException {
        return located().getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return located().getConnection();
    }

    // Two threads may both look it up at first; each finds an equal one.
    private DataSource located() throws SQLException {
        DataSource found = located;
        if (found == null) {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            found = ServiceLoader.load(DataSource.class, loader)
                    .findFirst()
                    .orElseThrow(() -> new SQLException("no javax.sql.DataSource service is visible to " + loader));
            located = found;
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
        return Logger.getLogger("org.holdfast.persistence");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return located().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return located().isWrapperFor(type);
    }
}
