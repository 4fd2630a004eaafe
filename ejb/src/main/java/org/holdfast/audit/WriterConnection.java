package org.holdfast.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;

/** Connections of the schema's owner to the head that takes the writes. Thread-safe. */
@ApplicationScoped
class WriterConnection {
    /** Work in one transaction. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    @Inject
    CurrentTopology topology;

    /** Something to be done on each head. */
    interface Step {
        void on(Connection connection) throws SQLException;
    }

    /** Does something on the heads that answer; each statement is a transaction. */
    void onEachHead(Step step) throws SQLException {
        for (Cluster cluster : Cluster.values()) {
            Optional<Node> head = topology.get().head(cluster).filter(Node::isUp);
            if (head.isPresent()) {
                try (Connection connection = pool(head.get().id()).getConnection()) {
                    step.on(connection);
                }
            }
        }
    }

    /** Does work in a transaction of the owner's pool; rolled back when it fails. */
    <T> T run(Work<T> work) throws SQLException {
        NodeId head = topology.get()
                .primary()
                .filter(Node::isUp)
                .map(Node::id)
                .orElseThrow(() -> new SQLException("no writer answers", "08001"));
        try (Connection connection = pool(head).getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException failure) {
                connection.rollback();
                throw failure;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static DataSource pool(NodeId head) throws SQLException {
        try {
            return InitialContext.doLookup("jdbc/" + head + "_owner");
        } catch (NamingException absent) {
            throw new SQLException("no JDBC resource jdbc/" + head + "_owner", "08001", absent);
        }
    }
}
