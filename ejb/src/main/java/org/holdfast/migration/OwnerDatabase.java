package org.holdfast.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One head, as the schema's owner. Thread-safe. */
final class OwnerDatabase {
    /** Work on a connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** What a row says. */
    interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private final DataSource owner;

    OwnerDatabase(DataSource owner) {
        this.owner = owner;
    }

    Connection connection() throws SQLException {
        return owner.getConnection();
    }

    /** Work that commits each statement. */
    <T> T with(Work<T> work) throws SQLException {
        try (Connection connection = owner.getConnection()) {
            return work.on(connection);
        }
    }

    /** Work in one transaction, which is rolled back when the work fails. */
    <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = owner.getConnection()) {
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

    boolean isTrue(String question, @Nullable Object... parameters) throws SQLException {
        return with(connection -> isTrue(connection, question, parameters));
    }

    static boolean isTrue(Connection connection, String question, @Nullable Object... parameters) throws SQLException {
        return first(connection, row -> row.getBoolean(1), question, parameters).orElse(false);
    }

    /** What the first row says; empty without one. */
    static <T> Optional<T> first(
            Connection connection, Reading<T> reading, String question, @Nullable Object... parameters)
            throws SQLException {
        return all(connection, reading, question, parameters).stream().findFirst();
    }

    /** What each row says. */
    static <T> List<T> all(Connection connection, Reading<T> reading, String question, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = prepared(connection, question, parameters);
                ResultSet row = statement.executeQuery()) {
            List<T> read = new ArrayList<>();
            while (row.next()) {
                read.add(reading.of(row));
            }
            return read;
        }
    }

    /** How many rows it changed. */
    static int run(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, parameters)) {
            statement.execute();
            return statement.getUpdateCount();
        }
    }

    /** A statement as it stands in a file, in which nothing means something to the driver; how many rows it changed. */
    static int script(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
            return statement.getUpdateCount();
        }
    }

    private static PreparedStatement prepared(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException failure) {
            statement.close();
            throw failure;
        }
    }
}
