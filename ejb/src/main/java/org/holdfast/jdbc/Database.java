package org.holdfast.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database as one of its roles: a pool, with what every user of connections repeats. Parameters of statements are what the
 * driver takes as objects, null, and lists of texts. Thread-safe.
 */
public final class Database {
    /** Work on a connection. */
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** What a row says. */
    public interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    private interface Lookup {
        DataSource pool() throws SQLException;
    }

    private final Lookup lookup;
    private volatile @Nullable DataSource pool;

    private Database(Lookup lookup) {
        this.lookup = lookup;
    }

    public static Database of(DataSource pool) {
        return new Database(() -> pool);
    }

    /** The pool of a JNDI name, looked up at its first use: that fails with SQLSTATE 08001 while there is none. */
    public static Database named(String resource) {
        return new Database(() -> {
            try {
                return InitialContext.doLookup(resource);
            } catch (NamingException absent) {
                throw new SQLException("no JDBC resource " + resource, "08001", absent);
            }
        });
    }

    /** A head as the schema's owner. */
    public static Database owner(String node) {
        return named("jdbc/" + node + "_owner");
    }

    /** A connection that commits each statement; its user closes it. */
    public Connection connection() throws SQLException {
        DataSource found = pool;
        if (found == null) {
            found = lookup.pool();
            pool = found;
        }
        return found.getConnection();
    }

    /** Work that commits each statement. */
    public <T> T with(Work<T> work) throws SQLException {
        try (Connection connection = connection()) {
            return work.on(connection);
        }
    }

    /** Work in one transaction, which is rolled back when the work fails. */
    public <T> T inTransaction(Work<T> work) throws SQLException {
        try (Connection connection = connection()) {
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

    /** As {@link #run(Connection, String, Object...)}, on a connection of its own; so are the next two. */
    public int run(String sql, @Nullable Object... parameters) throws SQLException {
        return with(connection -> run(connection, sql, parameters));
    }

    public <T> Optional<T> first(Reading<T> reading, String question, @Nullable Object... parameters)
            throws SQLException {
        return with(connection -> first(connection, reading, question, parameters));
    }

    public boolean isTrue(String question, @Nullable Object... parameters) throws SQLException {
        return with(connection -> isTrue(connection, question, parameters));
    }

    /** Whether the first row begins with true; false without one. */
    public static boolean isTrue(Connection connection, String question, @Nullable Object... parameters)
            throws SQLException {
        return first(connection, row -> row.getBoolean(1), question, parameters).orElse(false);
    }

    /** What the first row says; empty without one, and where that is null. */
    public static <T> Optional<T> first(
            Connection connection, Reading<T> reading, String question, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = prepared(connection, question, parameters);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.ofNullable(reading.of(row)) : Optional.empty();
        }
    }

    /** What each row says. */
    public static <T> List<T> all(
            Connection connection, Reading<T> reading, String question, @Nullable Object... parameters)
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

    /** How many rows it changed; -1 when it is a query. */
    public static int run(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepared(connection, sql, parameters)) {
            statement.execute();
            return statement.getUpdateCount();
        }
    }

    /** A statement as it stands, in which nothing means something to the driver; how many rows it changed. */
    public static int script(Connection connection, String sql) throws SQLException {
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
