package org.holdfast.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;

/** The heads, as the schema's owner. Thread-safe. */
@ApplicationScoped
class WriterConnection {
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
                try (Connection connection = owner(head.get()).connection()) {
                    step.on(connection);
                }
            }
        }
    }

    /** Does work in a transaction on the head that takes the writes; rolled back when it fails. */
    <T> T run(Database.Work<T> work) throws SQLException {
        Node head = topology.get()
                .primary()
                .filter(Node::isUp)
                .orElseThrow(() -> new SQLException("no writer answers", "08001"));
        return owner(head).inTransaction(work);
    }

    private static Database owner(Node head) {
        return Database.owner(head.id().name());
    }
}
