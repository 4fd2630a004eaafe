package org.holdfast.driver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Passes every call on; with a commit goes what the thread's {@link CommitReport} wants checked and asked, in one round trip.
 */
final class ReportingConnection implements InvocationHandler {
    private final String node;
    private final Connection connection;
    private final Map<String, PreparedStatement> committing = new HashMap<>();

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
            if (isInTransaction()) {
                commitAndAsk(report);
            } else {
                connection.commit();
                report.recordCommit(null, null);
            }
        } catch (SQLException failure) {
            report.recordFailure(failure);
            throw failure;
        }
    }

    private boolean isInTransaction() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.OPEN;
    }

    // The position is read after the commit: one read before it does not cover the commit record.
    private void commitAndAsk(CommitReport report) throws SQLException {
        PreparedStatement statement = committing(report);
        boolean isRows = statement.execute();
        String checked = null;
        if (report.check().isPresent()) {
            checked = firstColumn(statement, isRows);
            statement.getMoreResults();
        }
        // The commit itself has no rows.
        String position = report.question().isPresent() ? firstColumn(statement, statement.getMoreResults()) : null;
        report.recordCommit(checked, position);
    }

    // Kept open for the connection's life: parsing and planning it anew doubles what the questions cost.
    private PreparedStatement committing(CommitReport report) throws SQLException {
        String message = report.check().map(check -> check + "; ").orElse("") + "commit"
                + report.question().map(question -> "; " + question).orElse("");
        PreparedStatement statement = committing.get(message);
        if (statement == null) {
            statement = connection.prepareStatement(message);
            committing.put(message, statement);
        }
        return statement;
    }

    private static @Nullable String firstColumn(Statement statement, boolean isRows) throws SQLException {
        if (!isRows) {
            return null;
        }
        try (ResultSet row = statement.getResultSet()) {
            return row.next() ? row.getString(1) : null;
        }
    }
}
