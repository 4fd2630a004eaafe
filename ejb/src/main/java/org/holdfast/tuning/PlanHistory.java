package org.holdfast.tuning;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ConnectionManager;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.Durability;
import org.holdfast.connection.JdbcWork;
import org.holdfast.connection.SessionException;
import org.holdfast.connection.SessionOptions;
import org.holdfast.jdbc.Database;
import org.holdfast.json.JsonDocument;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;

/** How the nodes planned their most expensive statements over time, in one replicated table. Thread-safe. */
@ApplicationScoped
public class PlanHistory {
    private static final Logger LOG = Logger.getLogger(PlanHistory.class.getName());
    // Of each node. What comes after them costs little.
    private static final int STATEMENTS = 50;
    private static final int TOLD_CHARS = 200;

    // True when the statement had another plan before and never this one.
    private static final String SEE = """
            insert into ops.query_plan as p (node, query_id, shape_key, shape, text, plan, first_seen, last_seen, calls, mean_millis)
            select v.node, v.query_id, md5(v.shape)::uuid, v.shape, v.text, v.plan::json, v.at, v.at, v.calls, v.mean_millis
            from (values (?, ?::bigint, ?, ?, ?, ?::timestamptz, ?::bigint, ?::float8))
                 as v (node, query_id, shape, text, plan, at, calls, mean_millis)
            on conflict (node, query_id, shape_key) do update
            set last_seen = greatest(p.last_seen, excluded.last_seen), text = excluded.text, plan = excluded.plan,
                calls = excluded.calls, mean_millis = excluded.mean_millis
            returning p.xmax = 0 and exists (select from ops.query_plan o where o.node = p.node and o.query_id = p.query_id)
            """;
    private static final String KEPT = """
            select k.* from (
                select p.node, p.query_id::text, p.first_seen, p.last_seen,
                       p.last_seen = max(p.last_seen) over statement as is_newest, count(*) over statement as plans,
                       p.calls, p.mean_millis, p.text, p.shape, p.plan::text
                from ops.query_plan p
                where p.node = coalesce(?, p.node) and p.query_id = coalesce(?::bigint, p.query_id)
                window statement as (partition by p.node, p.query_id)) k
            where k.plans > 1 or not ?
            order by k.first_seen desc, k.node, k.query_id
            limit ?
            """;

    /** A plan that a node has now. */
    private record Seen(SlowQuery query, JsonDocument plan, String shape) {}

    @Inject
    ConnectionManager connections;

    @Inject
    CurrentTopology topology;

    @Inject
    Queries queries;

    @Inject
    TuningConfig config;

    @Inject
    InstantSource clock;

    /**
     * Kept plans, those that were seen first last coming first.
     *
     * @param id of a statement, as its node calls it
     * @param isChanged whether only those of statements are meant of which more than one plan is kept
     */
    public List<KeptPlan> kept(Optional<String> node, Optional<Long> id, boolean isChanged, int limit) {
        SessionOptions options =
                new SessionOptions(Optional.empty(), "system", Consistency.strong, Optional.empty(), Durability.local);
        return connections.read(
                options,
                session -> JdbcWork.run(
                        session,
                        connection -> Database.all(
                                connection,
                                PlanHistory::plan,
                                KEPT,
                                node.orElse(null),
                                id.orElse(null),
                                isChanged,
                                limit)));
    }

    private static KeptPlan plan(ResultSet row) throws SQLException {
        return new KeptPlan(
                row.getString(1),
                row.getString(2),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                row.getObject(4, OffsetDateTime.class).toInstant(),
                row.getBoolean(5),
                row.getInt(6),
                row.getLong(7),
                row.getDouble(8),
                row.getString(9),
                row.getString(10).lines().toList(),
                new JsonDocument(row.getString(11)));
    }

    /**
     * Looks at the plans of what costs each node the most, and keeps them; forgets those that were not seen for as long as is configured.
     *
     * @return how many statements had a plan
     * @throws SessionException when nobody takes writes
     */
    public int look() {
        Instant now = clock.instant();
        int seen = 0;
        for (Node node : topology.get().nodes()) {
            if (node.isUp()) {
                seen += keep(node.id().name(), seen(node.id().name()), now);
            }
        }
        connections.write(
                SessionOptions.anonymous(),
                session -> JdbcWork.run(
                        session,
                        connection -> Database.run(
                                connection,
                                "delete from ops.query_plan where last_seen < ?",
                                utc(now.minus(config.planRetention())))));
        return seen;
    }

    private List<Seen> seen(String node) {
        List<Seen> seen = new ArrayList<>();
        try {
            for (SlowQuery query : queries.mostExpensive(Optional.of(node), QueryOrder.total, STATEMENTS)
                    .items()) {
                queries.plan(Optional.of(node), Long.parseLong(query.id()))
                        .flatMap(found -> Optional.ofNullable(found.plan()))
                        .ifPresent(plan -> seen.add(new Seen(query, plan, PlanShape.of(plan))));
            }
        } catch (SessionException failure) {
            // A node that is going down, or that does not count its statements. What was seen of it is kept.
            LOG.log(Level.FINE, failure, () -> "not all plans of " + node + " were seen");
        }
        return seen;
    }

    private int keep(String node, List<Seen> all, Instant now) {
        List<Seen> changed = connections.write(
                SessionOptions.anonymous(),
                session -> JdbcWork.run(session, connection -> {
                    List<Seen> others = new ArrayList<>();
                    for (Seen seen : all) {
                        if (Database.isTrue(
                                connection,
                                SEE,
                                node,
                                seen.query.id(),
                                seen.shape,
                                seen.query.text(),
                                seen.plan.text(),
                                utc(now),
                                seen.query.calls(),
                                seen.query.meanMillis())) {
                            others.add(seen);
                        }
                    }
                    return others;
                }));
        for (Seen seen : changed) {
            LOG.log(Level.INFO, "{0} plans statement {1} in another way than before: {2}", new Object[] {
                node, seen.query.id(), beginning(seen.query.text())
            });
        }
        return all.size();
    }

    private static String beginning(String text) {
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= TOLD_CHARS ? line : line.substring(0, TOLD_CHARS) + "...";
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
