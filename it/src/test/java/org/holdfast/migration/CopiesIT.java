package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.jdbc.Database;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: a text that is said again and again is ten times in the vector index at most, and each of its rows is found. Method: the
 * schema's functions and triggers on the real databases of a topology; more other rows than are compared without an index.
 */
class CopiesIT {
    private static final TwoClusters CLUSTERS = TwoClusters.start("holdfast-copies");
    private static final Cluster WRITER = Cluster.primary;
    private static final UUID TENANT = UUID.fromString("0190a0b0-0000-7000-8000-00000000000c");
    private static final UUID AGENT = UUID.fromString("0190a0b0-0000-7000-8000-0000000000a1");
    private static final UUID OTHER = UUID.fromString("0190a0b0-0000-7000-8000-0000000000a2");
    private static final int COPIES = 40;
    // More than the 3,000 that are compared one by one, of each of the two agents.
    private static final int OTHERS = 6_400;

    private static MigrationResult order(Direction direction, String target) throws SQLException {
        MigrationOrder order = new MigrationOrder(
                direction, Optional.of(MigrationVersion.of(target)), Set.of("drops-rows"), false, "test");
        return CLUSTERS.runner(Optional.empty())
                .run(WRITER, order, new Unwatched())
                .orElseThrow();
    }

    @BeforeEach
    void theNewestSchema() throws SQLException {
        for (Cluster cluster : List.of(WRITER, WRITER.other())) {
            for (String schema : List.of("migration", "audit", "orchestration", "memory", "auth", "ops")) {
                CLUSTERS.execute(cluster, "drop schema if exists " + schema + " cascade");
            }
            CLUSTERS.execute(WRITER.other(), "alter subscription holdfast refresh publication");
        }
        order(Direction.run, "23");
        CLUSTERS.lease(WRITER);
        CLUSTERS.await(
                () -> CLUSTERS.query(WRITER.other(), "select count(*) from pg_subscription_rel where srsubstate <> 'r'")
                        .equals(List.of("0")));
        CLUSTERS.execute(
                WRITER,
                "insert into auth.tenant (id, name) values ('" + TENANT + "', 'tenant')",
                "insert into memory.agent (id, tenant_id, name) values ('" + AGENT + "', '" + TENANT + "', 'a'), ('"
                        + OTHER + "', '" + TENANT + "', 'b')");
    }

    /** Of three dimensions in truth, among which an approximate index finds its way: each turned by so much. */
    private static String vector(String turned, String beside) {
        return "(select array_agg(case d when 1 then cos(" + turned + ") when 2 then sin(" + turned + ") when 3 then "
                + beside + " else 0 end)::real[]::vector from generate_series(1, 384) d)";
    }

    private static String insert(String text, String vector, int rows) {
        return "insert into memory.memory (id, tenant_id, agent_id, kind, text, said_at, embedding) select"
                + " gen_random_uuid(), '" + TENANT + "', case when n % 2 = 0 then '" + AGENT + "' else '" + OTHER
                + "' end::uuid, 'CONTEXT', '" + text + " ' || n, now(), " + vector + " from generate_series(1, " + rows
                + ") n";
    }

    private static String copy() {
        return vector("0.7", "0.1");
    }

    private static void copiesAmongOthers() {
        CLUSTERS.execute(
                WRITER,
                insert("other", vector("n", "(n * 0.618 % 1) / 2"), OTHERS),
                insert("copy", copy(), COPIES),
                "analyze memory.memory");
    }

    /** How many copies have which place. */
    private static List<String> places(Cluster cluster) {
        return CLUSTERS.query(
                cluster,
                "select graph || ' ' || count(*) from memory.memory where text like 'copy%' group by graph order by graph");
    }

    private static long indexed() {
        return Long.parseLong(
                CLUSTERS.query(WRITER, "select count(*) from memory.memory where text like 'copy%' and graph < 2")
                        .get(0));
    }

    private static List<String> found(UUID agent, int depth) throws SQLException {
        return Database.of(CLUSTERS.owner(WRITER)).inTransaction(connection -> {
            Database.isTrue(connection, "select set_config('holdfast.tenant', ?, true) is not null", TENANT.toString());
            return Database.all(
                    connection,
                    row -> row.getString(1),
                    "select m.text from memory.search_candidates(null, " + copy() + ", ?, null, null, '{}', " + depth
                            + ", 40, false) c join memory.memory m on m.id = c.id where m.agent_id = coalesce(?, m.agent_id)"
                            + " order by c.distance limit " + depth,
                    agent,
                    agent);
        });
    }

    private static void assertAllFound(int ofEach) throws SQLException {
        for (UUID agent : List.of(AGENT, OTHER)) {
            assertThat(found(agent, ofEach))
                    .hasSize(ofEach)
                    .doesNotHaveDuplicates()
                    .allMatch(text -> text.startsWith("copy"));
        }
    }

    @Test
    void tenOfAVectorAreInTheIndexAndEachIsFoundWithinItsScope() throws SQLException {
        copiesAmongOthers();

        assertThat(places(WRITER)).containsExactly("0 9", "1 1", "2 30");
        CLUSTERS.await(() -> places(WRITER.other()).equals(places(WRITER)));
        assertAllFound(COPIES / 2);
        assertThat(CLUSTERS.query(
                        WRITER,
                        "select distinct pg_get_expr(i.indpred, i.indrelid) from pg_index i join pg_class c on c.oid ="
                                + " i.indexrelid where c.relname ~ '^memory_p\\d_embedding$'"))
                .containsExactly("(graph < 2)");
        assertThat(CLUSTERS.query(WRITER, "select count(*) from audit.entry where changes::text like '%graph%'"))
                .containsExactly("0");
    }

    @Test
    void whatIsRemovedOrChangedLeavesOthersInItsPlace() throws SQLException {
        copiesAmongOthers();

        CLUSTERS.execute(WRITER, "delete from memory.memory where text like 'copy%' and graph = 1");
        assertThat(places(WRITER)).containsExactly("0 8", "1 1", "2 30");
        CLUSTERS.execute(WRITER, "delete from memory.memory where text like 'copy%' and graph < 2");
        assertThat(places(WRITER)).containsExactly("1 1", "2 29");
        assertThat(found(AGENT, 40)).filteredOn(text -> text.startsWith("copy")).hasSize(15);
        CLUSTERS.execute(
                WRITER,
                "update memory.memory set embedding = " + vector("9.9", "0.2")
                        + " where text like 'copy%' and graph = 1");
        assertThat(places(WRITER)).containsExactly("0 1", "1 1", "2 28");
        CLUSTERS.execute(WRITER, "update memory.memory set embedding = embedding, version = version + 1");
        assertThat(places(WRITER)).containsExactly("0 1", "1 1", "2 28");
        CLUSTERS.execute(WRITER, "delete from memory.memory where text like 'copy%' and graph > 0");
        assertThat(places(WRITER)).containsExactly("0 1");
    }

    @Test
    void rowsOfBeforeArePlacedAndOnesThatComeMeanwhileAsWell() throws SQLException {
        for (String version : List.of("21.9", "21.8", "21.7")) {
            rollBack(version);
        }
        copiesAmongOthers();

        MigrationResult result = CLUSTERS.runner(Optional.empty())
                .run(WRITER, MigrationOrder.automatic(), new Unwatched())
                .orElseThrow();

        assertThat(result.differences()).isEmpty();
        assertThat(indexed()).isBetween(1L, 10L);
        assertThat(CLUSTERS.query(WRITER, "select count(*) from memory.memory where text like 'copy%' and graph = 1"))
                .containsExactly("1");
        CLUSTERS.await(() -> places(WRITER.other()).equals(places(WRITER)));
        indexAnew();
        assertAllFound(COPIES / 2);

        rollBack("21.9");
        CLUSTERS.execute(WRITER, "update memory.memory set graph = 0");
        CLUSTERS.execute(WRITER, insert("copy", copy(), 2));
        assertThat(places(WRITER)).containsExactly("0 40", "1 1", "2 1");
    }

    @Test
    void onTheWayBackAllComeIntoTheIndex() throws SQLException {
        copiesAmongOthers();

        rollBack("21.9");
        rollBack("21.8");

        assertThat(found(AGENT, 1)).singleElement().asString().startsWith("copy");
        assertThat(CLUSTERS.query(
                        WRITER,
                        "select count(*) from pg_index i join pg_class c on c.oid = i.indexrelid"
                                + " where c.relname ~ '^memory_p\\d_embedding$' and i.indpred is null"))
                .containsExactly("8");
    }

    /** As a profile does, on the writer. */
    private static void indexAnew() {
        for (int part = 0; part < 8; part++) {
            String name = "memory_p" + part;
            CLUSTERS.execute(
                    WRITER,
                    "drop index memory." + name + "_embedding",
                    "create index " + name + "_embedding on memory." + name
                            + " using hnsw ((embedding::halfvec(384)) halfvec_cosine_ops) where graph < 2");
        }
    }

    private static void rollBack(String version) throws SQLException {
        Migration rollback = new MigrationFiles(Optional.empty())
                .read()
                .rollback(MigrationVersion.of(version))
                .orElseThrow();
        for (Cluster cluster : Cluster.values()) {
            new ClusterSchema(Database.of(CLUSTERS.owner(cluster)), MigrationConfig.defaults(), new Unwatched(), "test")
                    .rollBack(rollback, false, connection -> {});
        }
    }
}
