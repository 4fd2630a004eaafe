package org.holdfast.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * Connections to one head as the schema's owner. {@link #connection} is of the pool {@code jdbc/<head>_control}, whose
 * time-outs of seconds bound every statement. Thread-safe.
 */
final class HeadPools implements Sql.Source {
    private final NodeId node;
    private volatile @Nullable DataSource control;

    HeadPools(NodeId node) {
        this.node = node;
    }

    @Override
    public Connection connection() throws SQLException {
        DataSource found = control;
        if (found == null) {
            found = lookUp("jdbc/" + node + "_control");
            control = found;
        }
        return found.getConnection();
    }

    /** One statement: how many rows it changed; -1 when it is a query. */
    int run(String sql, @Nullable Object... parameters) throws SQLException {
        return Sql.with(this, connection -> Sql.run(connection, sql, parameters));
    }

    /** What the first row of an answer says; empty without one. */
    <T> Optional<T> first(Sql.Reading<T> reading, String question, @Nullable Object... parameters) throws SQLException {
        return Sql.with(this, connection -> Sql.first(connection, reading, question, parameters));
    }

    boolean isTrue(String question, @Nullable Object... parameters) throws SQLException {
        return Sql.with(this, connection -> Sql.isTrue(connection, question, parameters));
    }

    /** For statements that take long. */
    DataSource owner() throws SQLException {
        return lookUp("jdbc/" + node + "_owner");
    }

    private static DataSource lookUp(String name) throws SQLException {
        try {
            return InitialContext.doLookup(name);
        } catch (NamingException absent) {
            throw new SQLException("no JDBC resource " + name, "08001", absent);
        }
    }
}
