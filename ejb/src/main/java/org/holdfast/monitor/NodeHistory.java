package org.holdfast.monitor;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.Durability;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.SessionOptions;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeCounters;
import org.holdfast.topology.NodeFacts;
import org.holdfast.topology.Topology;
import org.jspecify.annotations.Nullable;

/** Samples of the nodes, in monthly partitions of one replicated table. Thread-safe. */
@Dependent
public class NodeHistory {
    private static final int MONTHS_AHEAD = 3;
    private static final List<@Nullable Object> UNKNOWN = Collections.nCopies(9, null);

    private static final String INSERT = """
            insert into ops.node_sample (at, node, role, state, response_micros, lag_millis, lag_bytes, active_connections,
                                         connections, commits, rollbacks, blocks_read, blocks_hit, deadlocks, temporary_bytes,
                                         database_bytes)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict do nothing
            """;
    // A counter that has fallen began anew in between: of that interval nothing is known.
    private static final String SPANS = """
            with step as (
                select s.*, extract(epoch from s.at - lag(s.at) over w) as seconds,
                       s.commits - lag(s.commits) over w as committed,
                       s.rollbacks - lag(s.rollbacks) over w as rolled_back,
                       s.blocks_read - lag(s.blocks_read) over w as read,
                       s.blocks_hit - lag(s.blocks_hit) over w as hit,
                       s.deadlocks - lag(s.deadlocks) over w as deadlocked,
                       s.temporary_bytes - lag(s.temporary_bytes) over w as spilled
                from ops.node_sample s
                where s.at >= ? and s.at < ? and s.node = coalesce(?, s.node)
                window w as (partition by s.node order by s.at))
            select node, date_bin(make_interval(secs => ?), at, ?) as span, count(*), count(*) filter (where state = 'up'),
                   max(response_micros) / 1000.0::float8, max(lag_millis), max(lag_bytes), max(active_connections), max(connections),
                   (sum(committed) filter (where committed >= 0)
                       / nullif(sum(seconds) filter (where committed >= 0), 0))::float8,
                   (sum(rolled_back) filter (where rolled_back >= 0)
                       / nullif(sum(seconds) filter (where rolled_back >= 0), 0))::float8,
                   (sum(read) filter (where read >= 0) / nullif(sum(seconds) filter (where read >= 0), 0))::float8,
                   (sum(hit) filter (where read >= 0 and hit >= 0)
                       / nullif(sum(read + hit) filter (where read >= 0 and hit >= 0), 0))::float8,
                   (sum(deadlocked) filter (where deadlocked >= 0))::bigint, (sum(spilled) filter (where spilled >= 0))::bigint,
                   max(database_bytes)
            from step group by node, span order by node, span
            """;

    private final ConnectionManager connections;

    @Inject
    NodeHistory(ConnectionManager connections) {
        this.connections = connections;
    }

    /**
     * The nodes from a moment to another one, in spans of equal length, ordered by node and time. Spans without samples are left out.
     *
     * @param node one of them; all without it
     * @param span at least one second
     */
    public List<NodeSpan> between(Optional<String> node, Instant from, Instant to, Duration span) {
        SessionOptions options = new SessionOptions(
                Optional.empty(), "system", Consistency.eventual, Optional.empty(), Durability.local);
        return connections.read(
                options,
                session -> JdbcWork.run(
                        session,
                        connection -> Database.all(
                                connection,
                                NodeHistory::span,
                                SPANS,
                                utc(from),
                                utc(to),
                                node.orElse(null),
                                (double) span.toSeconds(),
                                utc(from))));
    }

    private static NodeSpan span(ResultSet row) throws SQLException {
        return new NodeSpan(
                row.getString(1),
                row.getObject(2, OffsetDateTime.class).toInstant(),
                row.getInt(3),
                row.getInt(4),
                row.getObject(5, Double.class),
                row.getObject(6, Long.class),
                row.getObject(7, Long.class),
                row.getObject(8, Integer.class),
                row.getObject(9, Integer.class),
                row.getObject(10, Double.class),
                row.getObject(11, Double.class),
                row.getObject(12, Double.class),
                row.getObject(13, Double.class),
                row.getObject(14, Long.class),
                row.getObject(15, Long.class),
                row.getObject(16, Long.class));
    }

    /** Writes down how the nodes are; what another instance has written of the same moment stays. */
    void add(Instant at, Topology now) {
        connections.write(
                SessionOptions.anonymous(),
                session -> JdbcWork.run(session, connection -> {
                    int added = 0;
                    for (Node node : now.nodes()) {
                        added += Database.run(connection, INSERT, row(at, now, node));
                    }
                    return added;
                }));
    }

    private static @Nullable Object[] row(Instant at, Topology now, Node node) {
        List<@Nullable Object> row = new ArrayList<>();
        row.add(utc(at));
        row.add(node.id().name());
        row.add(now.roleOf(node).name());
        row.add(node.state().name());
        // What was last seen of a node that does not answer is not how it is.
        row.add(node.responseTime()
                .filter(time -> node.isUp())
                .map(time -> time.toNanos() / 1_000)
                .orElse(null));
        row.add(node.lag().map(Duration::toMillis).orElse(null));
        row.add(node.lagBytes().isPresent() ? node.lagBytes().getAsLong() : null);
        row.addAll(node.facts()
                .filter(seen -> node.isUp())
                .map(NodeHistory::numbers)
                .orElse(UNKNOWN));
        return row.toArray();
    }

    private static List<@Nullable Object> numbers(NodeFacts facts) {
        NodeCounters counters = facts.counters();
        return List.of(
                facts.activeConnections(),
                counters.connections(),
                counters.commits(),
                counters.rollbacks(),
                counters.blocksRead(),
                counters.blocksHit(),
                counters.deadlocks(),
                counters.temporaryBytes(),
                counters.databaseBytes());
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    /**
     * Makes the months to come on the heads that answer, drops those that are older than the retention, and removes what is as old
     * and was in no month.
     *
     * @throws SQLException also when somebody has held a lock; then it is to be done again
     */
    void keepMonths(Topology now, Instant at, int retentionMonths) throws SQLException {
        for (Cluster cluster : Cluster.values()) {
            Optional<Node> head = now.head(cluster).filter(Node::isUp);
            if (head.isPresent()) {
                Database owner = Database.owner(head.get().id().name());
                owner.isTrue("select ops.make_sample_months(?) > 0", MONTHS_AHEAD);
                owner.isTrue("select ops.drop_sample_months(?) > 0", retentionMonths);
            }
        }
        OffsetDateTime oldest =
                utc(at).minusMonths(retentionMonths).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
        connections.write(
                SessionOptions.anonymous(),
                session -> JdbcWork.run(
                        session,
                        connection -> Database.run(connection, "delete from ops.node_sample where at < ?", oldest)));
    }
}
