package org.holdfast.health;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeCounters;
import org.holdfast.topology.NodeFacts;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.TopologyConfig;
import org.jspecify.annotations.Nullable;

/** Asks one node over its own small pool {@code jdbc/<node>_probe}, so that a full business pool is not a sick node. */
final class NodeProbe {
    private static final Set<String> SCHEMA_ABSENT = Set.of("42P01", "42703");

    // The subscription's name is its walsender's application name.
    private static final String HEAD = """
            select pg_is_in_recovery(), pg_current_wal_flush_lsn(),
                   (select replay_lsn from pg_stat_replication where application_name = 'holdfast' limit 1),
                   (select coalesce(o.remote_lsn, '0/0')
                    from pg_subscription s left join pg_show_replication_origin_status() o on o.external_id = 'pg_' || s.oid
                    where s.subname = 'holdfast' and s.subenabled
                      and (select bool_and(r.srsubstate = 'r') from pg_subscription_rel r where r.srsubid = s.oid))
            """;
    private static final String REPLICA =
            "select pg_is_in_recovery(), pg_last_wal_replay_lsn(), null::pg_lsn, null::pg_lsn";
    // Behind everything before the epoch's first beat is there.
    private static final String HEARTBEAT = """
            select pg_is_in_recovery(), coalesce((select lsn from ops.heartbeat where epoch = ?), '0/0'),
                   null::pg_lsn, null::pg_lsn
            """;
    private static final String IS_IN_RECOVERY = "select pg_is_in_recovery()";
    private static final String EPOCHS = """
            select epoch, writer, state, prev_end_lsn, start_lsn, switched_at, reason
            from ops.cluster_switch order by epoch desc limit 100
            """;
    private static final String FACTS = """
            select current_setting('server_version'),
                   coalesce((select version from pg_stat_ssl where pid = pg_backend_pid()), 'off'),
                   (select count(*) from pg_stat_activity
                    where backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()),
                   d.numbackends, d.xact_commit, d.xact_rollback, d.blks_read, d.blks_hit, d.deadlocks, d.temp_bytes,
                   pg_database_size(d.datid)
            from pg_stat_database d where d.datname = current_database()
            """;

    private final NodeId node;
    private final boolean isHead;
    private final Optional<LongSupplier> epoch;
    private @Nullable DataSource pool;

    private NodeProbe(NodeId node, boolean isHead, Optional<LongSupplier> epoch) {
        this.node = node;
        this.isHead = isHead;
        this.epoch = epoch;
    }

    /**
     * The probe of a node.
     *
     * @param epoch the newest one; asked of by replicas that show only by the writer's beats how far they are
     */
    static NodeProbe of(TopologyConfig nodes, NodeId node, LongSupplier epoch) {
        return new NodeProbe(
                node, nodes.isHead(node), nodes.isFollowedByHeartbeat(node) ? Optional.of(epoch) : Optional.empty());
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
        try (PreparedStatement statement = connection.prepareStatement(question());
                ResultSet row = answer(statement)) {
            row.next();
            String position = row.getString(2);
            if (position == null) {
                return ProbeResult.failed("it has not replayed anything yet");
            }
            Duration responseTime = Duration.ofNanos(System.nanoTime() - start);
            return new ProbeResult.Answered(
                    LogPosition.parse(position),
                    Optional.ofNullable(row.getString(3)).map(LogPosition::parse),
                    Optional.ofNullable(row.getString(4)).map(LogPosition::parse),
                    isHead ? epochs(connection) : List.of(),
                    responseTime,
                    isDeep ? Optional.of(facts(connection)) : Optional.empty());
        }
    }

    private String question() {
        if (epoch.isPresent()) {
            return HEARTBEAT;
        }
        return isHead ? HEAD : REPLICA;
    }

    private ResultSet answer(PreparedStatement statement) throws SQLException {
        if (epoch.isPresent()) {
            statement.setLong(1, epoch.get().getAsLong());
        }
        return statement.executeQuery();
    }

    // Asked first and alone: the functions that tell positions fail on the wrong kind of node.
    private static boolean isInRecovery(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(IS_IN_RECOVERY);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static List<Epoch> epochs(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EPOCHS);
                ResultSet rows = statement.executeQuery()) {
            List<Epoch> epochs = new ArrayList<>();
            while (rows.next()) {
                epochs.add(new Epoch(
                        rows.getLong(1),
                        Cluster.valueOf(rows.getString(2)),
                        EpochState.valueOf(rows.getString(3)),
                        Optional.ofNullable(rows.getString(4)).map(LogPosition::parse),
                        Optional.ofNullable(rows.getString(5)).map(LogPosition::parse),
                        rows.getObject(6, OffsetDateTime.class).toInstant(),
                        rows.getString(7)));
            }
            return epochs;
        } catch (SQLException failure) {
            if (SCHEMA_ABSENT.contains(failure.getSQLState())) {
                return List.of(); // or still in an older version
            }
            throw failure;
        }
    }

    private static NodeFacts facts(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FACTS);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new NodeFacts(
                    row.getString(1).split(" ", 2)[0],
                    row.getString(2),
                    row.getInt(3),
                    new NodeCounters(
                            row.getInt(4),
                            row.getLong(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getLong(8),
                            row.getLong(9),
                            row.getLong(10),
                            row.getLong(11)));
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
