package org.holdfast.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Keeps the list of replicated tables: the publication {@code holdfast} on both clusters, so that each can feed the other, and
 * the subscription on the one that follows.
 */
final class Replication {
    private static final Logger LOG = Logger.getLogger(Replication.class.getName());

    private static final String UNPUBLISHED = """
            select format('%I.%I', t.schemaname, t.tablename)
            from pg_tables t
            where (t.schemaname in ('auth', 'memory', 'orchestration', 'audit')
                   or t.schemaname = 'ops' and t.tablename = 'heartbeat')
              and not (select c.relispartition from pg_class c
                       where c.oid = format('%I.%I', t.schemaname, t.tablename)::regclass)
              and not exists (select from pg_publication_tables p
                              where p.pubname = 'holdfast' and p.schemaname = t.schemaname and p.tablename = t.tablename)
            order by 1
            """;

    private final DataSource publisher;
    private final DataSource subscriber;

    Replication(DataSource publisher, DataSource subscriber) {
        this.publisher = publisher;
        this.subscriber = subscriber;
    }

    /** Publishes business tables that are not yet, and makes the subscriber take them up; idempotent. */
    void publishNewTables() throws SQLException {
        publish(publisher);
        publish(subscriber);
        // Also when nothing was added: an earlier attempt may have ended between the two statements.
        if (exists(subscriber, "select from pg_subscription where subname = 'holdfast' and subenabled")) {
            execute(subscriber, "alter subscription holdfast refresh publication");
        } else {
            LOG.warning("there is no enabled subscription 'holdfast' on the standby: nothing is replicated to it");
        }
    }

    private static void publish(DataSource cluster) throws SQLException {
        if (!exists(cluster, "select from pg_publication where pubname = 'holdfast'")) {
            execute(cluster, "create publication holdfast");
        }
        // Partitions are each cluster's own business: rows come as those of the whole table.
        if (exists(cluster, "select from pg_publication where pubname = 'holdfast' and not pubviaroot")) {
            execute(cluster, "alter publication holdfast set (publish_via_partition_root = true)");
        }
        List<String> tables = unpublished(cluster);
        if (!tables.isEmpty()) {
            execute(cluster, "alter publication holdfast add table " + String.join(", ", tables));
            LOG.log(Level.INFO, "published {0}", tables);
        }
    }

    private static List<String> unpublished(DataSource cluster) throws SQLException {
        try (Connection connection = cluster.getConnection();
                PreparedStatement statement = connection.prepareStatement(UNPUBLISHED);
                ResultSet rows = statement.executeQuery()) {
            List<String> tables = new ArrayList<>();
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
            return tables;
        }
    }

    private static boolean exists(DataSource cluster, String query) throws SQLException {
        try (Connection connection = cluster.getConnection();
                PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            return rows.next();
        }
    }

    private static void execute(DataSource cluster, String command) throws SQLException {
        try (Connection connection = cluster.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
