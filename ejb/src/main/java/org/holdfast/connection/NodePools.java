package org.holdfast.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.NodeId;

/** The server's pools, by node. Thread-safe. */
final class NodePools {
    private final Map<NodeId, DataSource> pools = new ConcurrentHashMap<>();

    /** A connection to the node, enlisted in the current transaction. */
    Connection connection(NodeId node) throws SQLException {
        DataSource pool = pools.get(node);
        if (pool == null) {
            pool = lookUp(node);
            pools.put(node, pool);
        }
        return pool.getConnection();
    }

    // Only the __pm flavour enlists a connection that is first taken while the transaction completes: with the plain
    // one such a write commits by itself. The plain look-up before it makes the server load the pool.
    private static DataSource lookUp(NodeId node) throws SQLException {
        String name = "jdbc/" + node;
        try {
            InitialContext context = new InitialContext();
            context.lookup(name);
            return (DataSource) context.lookup(name + "__pm");
        } catch (NamingException absent) {
            throw new SQLException("no JDBC resource " + name + " for node " + node, "08001", absent);
        }
    }
}
