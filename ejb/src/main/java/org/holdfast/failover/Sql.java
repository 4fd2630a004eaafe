package org.holdfast.failover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Short statements on a caller's connection, and transactions. Parameters are numbers, texts, and lists of texts. */
final class Sql {
    /** Where connections come from; each is closed after its use. */
    interface Source {
        Connection connection() throws SQLException;
    }

    /** Work on a connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** What a row says. */
    interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private Sql() {}

    /** Does work on a connection that commits each statement. */
    static <T> T with(Source source, Work<T> work) throws SQLException {
        try (Connection connection = source.connection()) {
            return work.on(connection);
        }
    }

    /** Does work in one transaction, which is rolled back when the work fails. */
    static <T> T inTransaction(Source source, Work<T> work) throws SQLException {
        try (Connection connection = source.connection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                connection.setAutoCommit(true);
                return result;
            } catch (SQLException | RuntimeException failure) {
                undo(connection, failure);
                throw failure;
            }
        }
    }

    private static void undo(Connection connection, Exception failure) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException broken) {
            failure.addSuppressed(broken);
        }
    }

    /** How many rows it changed; -1 when it is a query. */
    static int run(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, parameters)) {
            statement.execute();
            return statement.getUpdateCount();
        }
    }

    static boolean isTrue(Connection connection, String question, @Nullable Object... parameters) throws SQLException {
        return first(connection, row -> row.getBoolean(1), question, parameters).orElse(false);
    }

    /** What the first row says; empty without one. */
    static <T> Optional<T> first(
            Connection connection, Reading<T> reading, String question, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = prepared(connection, question, parameters);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.ofNullable(reading.of(row)) : Optional.empty();
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.length; i++) {
                Object value = parameters[i];
                statement.setObject(
                        i + 1,
                        value instanceof List<?> texts ? connection.createArrayOf("text", texts.toArray()) : value);
            }
            return statement;
        } catch (SQLException | RuntimeException failure) {
            statement.close();
            throw failure;
        }
    }
}
