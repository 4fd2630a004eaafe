package org.holdfast.health;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeFacts;
import org.holdfast.topology.NodeId;
import org.jspecify.annotations.Nullable;

/** Asks one node over its own small pool {@code jdbc/<node>_probe}, so that a full business pool is not a sick node. */
final class NodeProbe {
    private static final String UNDEFINED_TABLE = "42P01";

    // The subscription's name is its walsender's application name.
    private static final String HEAD = """
            select pg_is_in_recovery(), pg_current_wal_flush_lsn(),
                   (select replay_lsn from pg_stat_replication where application_name = 'holdfast' limit 1)
            """;
    private static final String REPLICA = "select pg_is_in_recovery(), pg_last_wal_replay_lsn(), null::pg_lsn";
    private static final String IS_IN_RECOVERY = "select pg_is_in_recovery()";
    private static final String WRITER = "select epoch, writer from ops.cluster_switch order by epoch desc limit 1";
    private static final String FACTS = """
            select current_setting('server_version'),
                   coalesce((select version from pg_stat_ssl where pid = pg_backend_pid()), 'off'),
                   (select count(*) from pg_stat_activity
                    where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid())
            """;

    private final NodeId node;
    private final boolean isHead;
    private @Nullable DataSource pool;

    NodeProbe(NodeId node, boolean isHead) {
        this.node = node;
        this.isHead = isHead;
    }

    /** One question; blocks no longer than the pool's own time-outs. Calls must not overlap. */
    ProbeResult ask(boolean isDeep) {
        long start = System.nanoTime();
        try (Connection connection = pool().getConnection()) {
            return answer(connection, isDeep, start);
        } catch (SQLException | NamingException failure) {
            return ProbeResult.failed(rootMessage(failure));
        }
    }

    private ProbeResult answer(Connection connection, boolean isDeep, long start) throws SQLException {
        if (isInRecovery(connection) == isHead) {
            return ProbeResult.failed(isHead ? "it is read-only: it was demoted" : "it is no replica: it was promoted");
        }
        try (PreparedStatement statement = connection.prepareStatement(isHead ? HEAD : REPLICA);
                ResultSet row = statement.executeQuery()) {
            row.next();
            String position = row.getString(2);
            if (position == null) {
                return ProbeResult.failed("it has not replayed anything yet");
            }
            Duration responseTime = Duration.ofNanos(System.nanoTime() - start);
            return new ProbeResult.Answered(
                    LogPosition.parse(position),
                    Optional.ofNullable(row.getString(3)).map(LogPosition::parse),
                    isHead ? writer(connection) : Optional.empty(),
                    responseTime,
                    isDeep ? Optional.of(facts(connection)) : Optional.empty());
        }
    }

    // Asked first and alone: the functions that tell positions fail on the wrong kind of node.
    private static boolean isInRecovery(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_IN_RECOVERY);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static Optional<ProbeResult.Writer> writer(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WRITER);
                ResultSet row = statement.executeQuery()) {
            return row.next()
                    ? Optional.of(new ProbeResult.Writer(row.getLong(1), Cluster.valueOf(row.getString(2))))
                    : Optional.empty();
        } catch (SQLException failure) {
            if (UNDEFINED_TABLE.equals(failure.getSQLState())) {
                return Optional.empty(); // the schema is not there yet
            }
            throw failure;
        }
    }

    private static NodeFacts facts(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FACTS);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new NodeFacts(row.getString(1).split(" ", 2)[0], row.getString(2), row.getInt(3));
        }
    }

    private DataSource pool() throws NamingException {
        DataSource found = pool;
        if (found == null) {
            found = InitialContext.doLookup("jdbc/" + node + "_probe");
            pool = found;
        }
        return found;
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause.getCause() != null && depth < 20; depth++) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return message == null
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }
}
