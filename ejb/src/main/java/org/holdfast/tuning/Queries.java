package org.holdfast.tuning;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.jdbc.Database;
import org.holdfast.json.JsonDocument;
import org.holdfast.topology.CurrentTopology;

/** The statements of a node, as its extension pg_stat_statements counts them, which is without their values. Thread-safe. */
@ApplicationScoped
public class Queries {
    private static final String MODULE = "pg_stat_statements";
    private static final Set<String> ABSENT = Set.of("42P01", "42883", "55000");
    // Classes of SQLSTATE: the connection, what the server lacks, somebody or a time limit ended it.
    private static final Set<String> OF_THE_SERVER = Set.of("08", "53", "57");
    private static final int TEXT_CHARS_MAX = 10_000;
    private static final int BLOCK_BYTES = 8_192;

    private static final String SINCE = "select stats_reset from public.pg_stat_statements_info";
    private static final String MOST_EXPENSIVE = """
            select s.queryid::text, s.userid::regrole::text, s.calls, s.total_exec_time, s.mean_exec_time, s.max_exec_time,
                   coalesce(s.total_exec_time / nullif(sum(s.total_exec_time) over (), 0), 0),
                   s.rows::float8 / s.calls,
                   coalesce(s.shared_blks_hit::float8 / nullif(s.shared_blks_hit + s.shared_blks_read, 0), 1),
                   s.temp_blks_written * ?, left(s.query, ?)
            from public.pg_stat_statements s join pg_database d on d.oid = s.dbid and d.datname = current_database()
            where s.calls > 0
            order by case ? when 'mean' then s.mean_exec_time else s.total_exec_time end desc, s.queryid
            limit ?
            """;
    private static final String TEXT = """
            select s.query from public.pg_stat_statements s join pg_database d on d.oid = s.dbid and d.datname = current_database()
            where s.queryid = ? order by s.calls desc limit 1
            """;
    // Of nobody in particular: estimates may ask for the tenant, and rows of this one there are none.
    private static final String NOBODY = """
            set local statement_timeout = '2s'; set local plan_cache_mode = force_generic_plan;
            select set_config('holdfast.tenant', '00000000-0000-0000-0000-000000000000', true)
            """;
    private static final String PARAMETERS =
            "select cardinality(parameter_types) from pg_prepared_statements where name = 'holdfast_plan'";

    @Inject
    CurrentTopology topology;

    /**
     * The statements that cost a node the most since it began to count.
     *
     * @param node the writer if not told
     * @param limit from 1 on
     * @throws RefusedException (validation) when there is no such node, (conflict) when it does not count statements
     * @throws NothingHappenedException when it does not answer
     */
    public SlowQueries mostExpensive(Optional<String> node, QueryOrder order, int limit) {
        String name = AskedNode.of(topology.get(), node);
        return asked(
                name,
                probe(name),
                connection -> new SlowQueries(
                        name,
                        Database.first(connection, row -> row.getObject(1, OffsetDateTime.class), SINCE)
                                .map(OffsetDateTime::toInstant)
                                .orElse(null),
                        Database.all(
                                connection,
                                Queries::query,
                                MOST_EXPENSIVE,
                                BLOCK_BYTES,
                                TEXT_CHARS_MAX,
                                order.name(),
                                limit)));
    }

    private static SlowQuery query(ResultSet row) throws SQLException {
        return new SlowQuery(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getDouble(4),
                row.getDouble(5),
                row.getDouble(6),
                row.getDouble(7),
                row.getDouble(8),
                row.getDouble(9),
                row.getLong(10),
                row.getString(11));
    }

    /**
     * How a node would run a statement for the application, without running it.
     *
     * @param id as {@link #mostExpensive} tells it
     * @return empty when the node knows no such statement, or not any more
     * @throws RefusedException as above
     * @throws NothingHappenedException as above
     */
    public Optional<QueryPlan> plan(Optional<String> node, long id) {
        String name = AskedNode.of(topology.get(), node);
        Optional<String> text =
                asked(name, probe(name), connection -> Database.first(connection, row -> row.getString(1), TEXT, id));
        return text.map(statement -> asked(
                name,
                Database.named("jdbc/" + name),
                connection -> plan(connection, QueryPlan.of(name, id, statement))));
    }

    private static QueryPlan plan(Connection connection, QueryPlan asked) throws SQLException {
        try {
            Database.script(connection, "prepare holdfast_plan as " + asked.text());
            try {
                return asked.with(new JsonDocument(explained(connection)));
            } finally {
                Database.script(connection, "deallocate holdfast_plan");
            }
        } catch (SQLException failure) {
            String state = failure.getSQLState();
            if (state == null || OF_THE_SERVER.contains(state.substring(0, 2))) {
                throw failure;
            }
            // Such as interval $1, or a statement of another role: that is an answer, too.
            return asked.without(firstLine(failure));
        }
    }

    private static String explained(Connection connection) throws SQLException {
        int parameters =
                Database.first(connection, row -> row.getInt(1), PARAMETERS).orElseThrow();
        String values = parameters == 0 ? "" : "(" + String.join(", ", Collections.nCopies(parameters, "null")) + ")";
        connection.setAutoCommit(false);
        try {
            Database.script(connection, NOBODY);
            return Database.first(
                            connection,
                            row -> row.getString(1),
                            "explain (format json, verbose) execute holdfast_plan" + values)
                    .orElseThrow();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static String firstLine(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }

    private static Database probe(String node) {
        return Database.named("jdbc/" + node + "_probe");
    }

    private static <T> T asked(String node, Database database, Database.Work<T> question) {
        try {
            return database.with(question);
        } catch (SQLException failure) {
            if (failure.getSQLState() != null && ABSENT.contains(failure.getSQLState())) {
                throw new RefusedException(
                        ErrorCategory.CONFLICT,
                        node + " does not count its statements: " + MODULE
                                + " has to be in its shared_preload_libraries,"
                                + " and be made by the script that prepares a cluster",
                        failure);
            }
            throw new NothingHappenedException(ErrorCategory.CONNECTION, node + " could not be asked", failure);
        }
    }
}
