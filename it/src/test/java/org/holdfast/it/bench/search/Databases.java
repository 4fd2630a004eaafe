package org.holdfast.it.bench.search;

import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;

/** The databases past the application: as their superuser, and as the application's role. */
final class Databases {
    private static final Duration FOLLOWED_WITHIN = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(250);
    /** Every database but the primary. */
    static final List<NodeName> FOLLOWERS =
            List.of(NodeName.REPLICA1, NodeName.REPLICA2, NodeName.FAILOVER, NodeName.FAILOVER_REPLICA1);
    // As the application tells it.
    private static final String TELL_TENANT = "select set_config('holdfast.tenant', ?, true),"
            + " set_config('statement_timeout', '20000', true), set_config('transaction_read_only', 'on', true)";

    private final RunningSystem system;

    Databases(RunningSystem system) {
        this.system = system;
    }

    Connection superuser(NodeName node) throws SQLException {
        return DriverManager.getConnection(system.jdbcUrl(node), "postgres", system.superuserPassword());
    }

    /** Under row level security; a transaction sees nothing before it has told its tenant. */
    Connection application() throws SQLException {
        Connection connection = DriverManager.getConnection(
                system.jdbcUrl(NodeName.PRIMARY),
                "holdfast_app",
                system.topology().secrets().get("APP_PASSWORD"));
        connection.setAutoCommit(false);
        return connection;
    }

    static void tellTenant(Connection connection, UUID tenant) throws SQLException {
        try (PreparedStatement tell = connection.prepareStatement(TELL_TENANT)) {
            tell.setString(1, tenant.toString());
            tell.execute();
        }
    }

    /** Runs a statement on the primary; answers how many rows it changed. */
    long update(String sql, Object... values) throws SQLException {
        try (Connection connection = superuser(NodeName.PRIMARY);
                PreparedStatement change = prepared(connection, sql, values)) {
            return change.executeUpdate();
        }
    }

    static PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    /** As {@link #settle(List)}, for all of them. */
    void settle() throws SQLException {
        settle(FOLLOWERS);
    }

    /** Waits until these have the primary's memories, and lets each head gather its statistics, which are not replicated. */
    void settle(List<NodeName> followers) throws SQLException {
        long rows = memories(NodeName.PRIMARY);
        for (NodeName node : followers) {
            await().atMost(FOLLOWED_WITHIN).pollInterval(POLL).until(() -> memories(node) == rows);
        }
        vacuum(NodeName.PRIMARY);
        if (followers.contains(NodeName.FAILOVER)) {
            vacuum(NodeName.FAILOVER);
        }
    }

    private void vacuum(NodeName head) throws SQLException {
        try (Connection connection = superuser(head);
                PreparedStatement analyze = connection.prepareStatement("vacuum analyze memory.memory")) {
            analyze.execute();
        }
    }

    private long memories(NodeName node) throws SQLException {
        try (Connection connection = superuser(node);
                PreparedStatement count = connection.prepareStatement("select count(*) from memory.memory");
                ResultSet row = count.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
