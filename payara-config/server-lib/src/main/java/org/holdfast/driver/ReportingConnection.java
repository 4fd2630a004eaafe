package org.holdfast.driver;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Passes every call on; with a commit goes what the thread's {@link CommitReport} wants checked and asked, in one round trip.
 */
final class ReportingConnection implements InvocationHandler {
    private static final Logger LOG = Logger.getLogger(ReportingConnection.class.getName());

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
        if (method.getName().equals("rollback") && arguments == null) {
            rollback();
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

    private void rollback() throws SQLException {
        try {
            connection.rollback();
        } catch (SQLException failure) {
            CommitReport report = CommitReport.current();
            if (report != null) {
                report.recordFailedRollback(failure);
            }
            throw failure;
        }
    }

    private void commit() throws SQLException {
        CommitReport report = CommitReport.current();
        if (report == null) {
            connection.commit();
            return;
        }
        try {
            if (transactionState() == TransactionState.OPEN) {
                commitAndAsk(report);
            } else {
                connection.commit();
                report.recordCommit(null, null);
            }
        } catch (SQLException failure) {
            report.recordFailure(failure);
            endFailed(failure);
            throw failure;
        }
    }

    // A commit that fails has ended its transaction, as everybody assumes: the container would give the connection to
    // the next borrower with whatever is open on it. When the check before it fails, the transaction is still there.
    private void endFailed(SQLException failure) {
        try {
            if (transactionState() == TransactionState.FAILED) {
                connection.rollback();
            }
        } catch (SQLException broken) {
            failure.addSuppressed(broken);
        }
    }

    private TransactionState transactionState() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState();
    }

    // The position is read after the commit: one read before it does not cover the commit record.
    private void commitAndAsk(CommitReport report) throws SQLException {
        PreparedStatement statement = committing(report);
        boolean isRows = statement.execute();
        noteWarning(report, statement);
        String checked = null;
        if (report.check().isPresent()) {
            checked = firstColumn(statement, isRows);
            statement.getMoreResults();
        }
        // The commit itself has no rows.
        String position = report.question().isPresent() ? firstColumn(statement, statement.getMoreResults()) : null;
        report.recordCommit(checked, position);
    }

    // A commit warns of one thing only: its wait for a synchronous standby was cancelled, which is no
    // error to PostgreSQL.
    // Whatever else a deferred trigger may say is taken for it too: that costs a claim, never a write.
    private void noteWarning(CommitReport report, Statement statement) throws SQLException {
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            if (isWarning(warning)) {
                report.recordUnconfirmed();
                LOG.log(Level.WARNING, "node {0} committed, but warned with SQLSTATE {1}: {2}", new Object[] {
                    node, warning.getSQLState(), warning.getMessage()
                });
            }
        }
    }

    // Class 00 is a notice.
    private static boolean isWarning(SQLWarning warning) {
        return warning.getSQLState() == null || !warning.getSQLState().startsWith("00");
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
