package org.holdfast.driver;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The open physical connections to each node, in use or idle in a pool. A node that went silent holds whoever waits for it
 * until the socket times out; losing the node frees them at once, and keeps the pools from trying it anew for each
 * connection that they find closed, until it is regained. Thread-safe.
 */
public final class NodeConnections {
    private static final Logger LOG = Logger.getLogger(NodeConnections.class.getName());
    // By node for the life of the server: pools of several applications may share a node, and abort together.
    private static final Map<String, Set<Connection>> OPEN = new ConcurrentHashMap<>();

    private static final Set<String> LOST = ConcurrentHashMap.newKeySet();

    private NodeConnections() {}

    static void requireNotLost(String node) throws SQLException {
        if (LOST.contains(node)) {
            throw new SQLException("node " + node + " is down", "08001");
        }
    }

    /** New connections to the node may be opened again. */
    public static void regain(String node) {
        LOST.remove(node);
    }

    static void opened(String node, Connection connection) {
        OPEN.computeIfAbsent(node, name -> ConcurrentHashMap.newKeySet()).add(connection);
    }

    static void closed(String node, Connection connection) {
        OPEN.getOrDefault(node, Set.of()).remove(connection);
    }

    /** How many connections to the node are open, in use or idle. */
    public static int count(String node) {
        return OPEN.getOrDefault(node, Set.of()).size();
    }

    /**
     * Closes every connection to the node without a word to the server, and opens no new one until it is regained; work
     * on them fails with an SQLSTATE of class 08. Does not block on the node.
     *
     * @param executor closes the sockets
     * @return how many there were
     */
    public static int lose(String node, Executor executor) {
        LOST.add(node);
        int aborted = 0;
        for (Connection connection : OPEN.getOrDefault(node, Set.of())) {
            closed(node, connection);
            try {
                connection.abort(executor);
                aborted++;
            } catch (SQLException failure) {
                LOG.log(Level.WARNING, "a connection to " + node + " could not be aborted", failure);
            }
        }
        return aborted;
    }
}
