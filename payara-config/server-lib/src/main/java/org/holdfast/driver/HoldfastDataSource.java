package org.holdfast.driver;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * pgJDBC's plain DataSource whose connections report their commits to {@link CommitReport}. It takes every property of
 * {@link PGSimpleDataSource}. Thread-safe once configured; a connection is not.
 */
public final class HoldfastDataSource extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;

    private String node = "";

    @Override
    public Connection getConnection() throws SQLException {
        // Not the inherited one: that calls the method below, and each connection would be wrapped and counted twice.
        return getConnection(getUser(), getPassword());
    }

    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
        NodeConnections.requireNotLost(node);
        return reporting(super.getConnection(user, password));
    }

    @Override
    public String getDescription() {
        return "PostgreSQL connections that report their commits";
    }

    /** The name of the node that this pool leads to; empty where none is set. */
    public String getNode() {
        return node;
    }

    /** Names the node, so that {@link NodeConnections#lose} finds this pool's connections. */
    public void setNode(String name) {
        this.node = name;
    }

    private Connection reporting(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                HoldfastDataSource.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new ReportingConnection(node, connection));
    }
}
