package org.holdfast.driver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Passes every call on; a commit that the thread's {@link CommitReport} wants a position of asks for it in the same round
 * trip.
 */
final class ReportingConnection implements InvocationHandler {
    private final String node;
    private final Connection connection;
    private @Nullable PreparedStatement committing;

    ReportingConnection(String node, Connection connection) {
        this.node = node;
        this.connection = connection;
        NodeConnections.opened(node, connection);
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getName().equals("commit")) {
            commit();
            return null;
        }
        if (method.getName().equals("close") || method.getName().equals("abort")) {
            NodeConnections.closed(node, connection);
        }
        if (method.getName().equals("equals") && arguments != null) {
            return proxy == arguments[0];
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private void commit() throws SQLException {
        CommitReport report = CommitReport.current();
        if (report == null) {
            connection.commit();
            return;
        }
        try {
            report.recordCommit(report.wantsPosition() && isInTransaction() ? commitAndPosition() : commitOnly());
        } catch (SQLException failure) {
            report.recordFailure(failure);
            throw failure;
        }
    }

    private boolean isInTransaction() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.OPEN;
    }

    private @Nullable String commitOnly() throws SQLException {
        connection.commit();
        return null;
    }

    // The *flush* position read after the commit: one read before it does not cover the commit record, and the insert
    // position may point past a page header that an idle server never reaches. Kept open for the connection's life:
    // parsing
    // and planning it anew doubles what the position costs.
    private @Nullable String commitAndPosition() throws SQLException {
        PreparedStatement statement = committing;
        if (statement == null) {
            statement = connection.prepareStatement("commit; select pg_current_wal_flush_lsn()");
            committing = statement;
        }
        statement.execute();
        if (!statement.getMoreResults()) {
            return null;
        }
        try (ResultSet row = statement.getResultSet()) {
            return row.next() ? row.getString(1) : null;
        }
    }
}
