package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.jdbc.Database;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: version 21.1 changes how memories are searched and not what is found, and comes to every installation by itself. Method: the
 * runner alone, on the real databases of a topology; the same searches of made-up talks before and after it.
 */
class LighterSearchIT {
    private static final TwoClusters CLUSTERS = TwoClusters.start("holdfast-search");
    private static final Cluster WRITER = Cluster.primary;
    private static final MigrationVersion VERSION = MigrationVersion.of("21.1");
    private static final List<MigrationVersion> BUILT_UPON =
            List.of(MigrationVersion.of("21.8"), MigrationVersion.of("21.5"));
    private static final UUID TENANT = UUID.fromString("0190a0b0-0000-7000-8000-00000000000a");
    private static final int DEPTH = 50;
    private static final double SAME = 1e-9;

    // More than the 3,000 that are compared one by one.
    private static final int TURNS = 4_500;

    private static final String TEXT = """
            select string_agg('w' || floor(300 * power(random(), 3))::int, ' ') from generate_series(1, 2 + (n * 7) % 13)""";
    private static final String VECTOR =
            "select array_agg(random() - 0.5 + 0 * (n + d))::real[]::vector from generate_series(1, 384) d";

    private record Found(double lexical, double distance) {}

    private record Scope(
            @Nullable UUID agent,
            @Nullable String conversation,
            @Nullable String kind,
            @Nullable List<String> tags) {}

    private static MigrationResult order(Direction direction, String target) throws SQLException {
        MigrationOrder order =
                new MigrationOrder(direction, Optional.of(MigrationVersion.of(target)), Set.of(), false, "test");
        MigrationResult result = CLUSTERS.runner(Optional.empty())
                .run(WRITER, order, new Unwatched())
                .orElseThrow();
        assertThat(result.differences()).isEmpty();
        return result;
    }

    private static String fingerprint() throws SQLException {
        return Database.of(CLUSTERS.owner(WRITER)).with(Fingerprint::read).hash();
    }

    private static UUID agent(int number) {
        return new UUID(TENANT.getMostSignificantBits() + number, TENANT.getLeastSignificantBits());
    }

    @BeforeEach
    void theSchemaOfBefore() throws SQLException {
        for (Cluster cluster : List.of(WRITER, WRITER.other())) {
            for (String schema : List.of("migration", "audit", "orchestration", "memory", "auth", "ops")) {
                CLUSTERS.execute(cluster, "drop schema if exists " + schema + " cascade");
            }
            CLUSTERS.execute(WRITER.other(), "alter subscription holdfast refresh publication");
        }
        order(Direction.run, "21");
        CLUSTERS.lease(WRITER);
        CLUSTERS.await(
                () -> CLUSTERS.query(WRITER.other(), "select count(*) from pg_subscription_rel where srsubstate <> 'r'")
                        .equals(List.of("0")));
    }

    // Talks of three, of whom two have names that are also said; some facts beside them; some of it is over.
    private static void talks() {
        List<String> statements = new ArrayList<>(List.of(
                "set session_replication_role = replica",
                "select setseed(0.42)",
                "insert into auth.tenant (id, name) values ('" + TENANT + "', 'tenant')",
                "insert into memory.tag (id, tenant_id, name) values ('" + TENANT + "', '" + TENANT + "', 'tag')"));
        for (int i = 0; i < 2; i++) {
            statements.add("insert into memory.agent (id, tenant_id, name) values ('" + agent(i) + "', '" + TENANT
                    + "', 'agent " + i + "')");
        }
        statements.add(
                "insert into memory.conversation (id, tenant_id, agent_id, external_id) select gen_random_uuid(), '"
                        + TENANT + "', case when n % 4 = 0 then '" + agent(1) + "' else '" + agent(0)
                        + "' end::uuid, 'talk ' || n from generate_series(0, 44) n");
        statements.add(
                "insert into memory.memory (id, tenant_id, agent_id, conversation_id, kind, turn, speaker, text, said_at,"
                        + " embedding, expires_at, superseded_by) select gen_random_uuid(), '" + TENANT
                        + "', c.agent_id,"
                        + " case when n % 25 > 0 then c.id end, case when n % 25 > 0 then 'CONVERSATION' else 'CONTEXT' end,"
                        + " case when n % 25 > 0 then n / 45 end,"
                        + " (array['Ann', 'Project Manager', null, 'Mrs W7'])[1 + n % 4],"
                        + " (" + TEXT
                        + ") || case n % 11 when 0 then ' Ann' when 1 then ' the managers of projects' else '' end,"
                        + " '2026-01-31T10:00Z'::timestamptz + n / 45 * interval '1 minute' + case when n > 2000 then interval '1 day' else '0' end,"
                        + " (" + VECTOR
                        + "), case when n % 97 = 0 then '2020-01-01'::timestamptz when n % 89 = 0 then 'infinity' end,"
                        + " case when n % 83 = 0 then gen_random_uuid() end"
                        + " from generate_series(0, " + (TURNS - 1)
                        + ") n join memory.conversation c on c.external_id = 'talk ' || n % 45");
        statements.add("insert into memory.memory_tag (memory_id, tag_id, tenant_id) select m.id, '" + TENANT + "', '"
                + TENANT + "' from memory.memory m where m.turn % 3 = 0");
        statements.add("analyze memory.memory");
        CLUSTERS.execute(WRITER, statements.toArray(String[]::new));
    }

    private static Connection application() throws SQLException {
        Connection connection = DriverManager.getConnection(
                CLUSTERS.topology().jdbcUrl(TwoClusters.head(WRITER)),
                "holdfast_app",
                CLUSTERS.topology().secrets().get("APP_PASSWORD"));
        Database.script(connection, "set holdfast.tenant = '" + TENANT + "'");
        return connection;
    }

    private static Map<UUID, Found> found(
            Connection connection, @Nullable String query, @Nullable String vector, Scope scope) throws SQLException {
        Map<UUID, Found> found = new LinkedHashMap<>();
        Database.all(
                connection,
                row -> {
                    UUID id = row.getObject(1, UUID.class);
                    found.put(id, new Found(row.getDouble(2), row.getDouble(3)));
                    return id;
                },
                "select * from memory.search_candidates(?, ?::vector, ?, ?, ?, ?::text[], " + DEPTH + ", 100, false)",
                query,
                vector,
                scope.agent,
                scope.conversation,
                scope.kind,
                scope.tags);
        return found;
    }

    private static List<Map<UUID, Found>> answers() throws SQLException {
        List<Scope> scopes = List.of(
                new Scope(null, null, null, null),
                new Scope(agent(0), null, null, null),
                new Scope(agent(1), null, null, null),
                new Scope(null, "talk 7", null, null),
                new Scope(agent(0), "talk 7", null, null),
                new Scope(agent(1), "talk 7", null, null),
                new Scope(null, null, "CONTEXT", null),
                new Scope(null, null, null, List.of("tag")));
        // Behind the 300th best turn none lends words. There must be turns with at most two of them: a sum of three may
        // differ in its last bit by the order, and then another one of equals lends.
        List<String> queries = List.of(
                "w0 w1",
                "w5",
                "What did Ann say of w30?",
                "project managers w250",
                "Mrs W7 w8 'w9'",
                "w100 w150 w200 w250 w290",
                "the of");
        String vector = CLUSTERS.query(
                        WRITER, "select embedding::text from memory.memory where turn = 5 order by text_search limit 1")
                .get(0);
        List<Map<UUID, Found>> answers = new ArrayList<>();
        try (Connection connection = application()) {
            for (Scope scope : scopes) {
                for (String query : queries) {
                    answers.add(found(connection, query, null, scope));
                    answers.add(found(connection, query, vector, scope));
                }
                answers.add(found(connection, null, vector, scope));
            }
        }
        return answers;
    }

    // Of rows that are equally good as the last one, any may be the last one.
    private static void assertSame(Map<UUID, Found> before, Map<UUID, Found> after) {
        assertThat(after).hasSameSizeAs(before);
        double least =
                before.values().stream().mapToDouble(Found::lexical).min().orElse(0);
        Set<UUID> ids = new HashSet<>(before.keySet());
        ids.addAll(after.keySet());
        for (UUID id : ids) {
            Found one = before.get(id);
            Found other = after.get(id);
            if (one != null && other != null) {
                assertThat(other.lexical).isCloseTo(one.lexical, within(SAME));
                assertThat(other.distance).isCloseTo(one.distance, within(SAME));
            } else {
                assertThat((one == null ? Objects.requireNonNull(other) : one).lexical)
                        .isCloseTo(least, within(SAME));
            }
        }
    }

    private static void assertSame(List<Map<UUID, Found>> before, List<Map<UUID, Found>> after) {
        assertThat(after).hasSameSizeAs(before);
        for (int i = 0; i < before.size(); i++) {
            assertSame(before.get(i), after.get(i));
        }
    }

    @Test
    void searchesFindWhatTheyFoundBeforeWithTheSameScores() throws SQLException {
        talks();
        List<Map<UUID, Found>> before = answers();
        assertThat(before).filteredOn(answer -> answer.size() >= DEPTH).hasSizeGreaterThan(20);

        order(Direction.run, "21.1");

        assertSame(before, answers());
    }

    @Test
    void itIsTakenBackWithoutATrace() throws SQLException {
        String before = fingerprint();
        order(Direction.run, "21.1");
        assertThat(fingerprint()).isNotEqualTo(before);
        order(Direction.rollback, "21");
        assertThat(fingerprint()).isEqualTo(before);
    }

    @Test
    void itComesToInstallationsWhereTheContractsWait() throws SQLException {
        MigrationResult result = CLUSTERS.runner(Optional.empty())
                .run(WRITER, MigrationOrder.automatic(), new Unwatched())
                .orElseThrow();

        for (Cluster cluster : Cluster.values()) {
            assertThat(CLUSTERS.query(cluster, "select id from migration.history where version = '" + VERSION + "'"))
                    .containsExactly("V" + VERSION);
        }
        assertThat(result.waiting()).containsExactly("22", "23");
        assertThat(result.differences()).isEmpty();
    }

    @Test
    void itComesToInstallationsWhereTheContractsAreApplied() throws SQLException {
        for (String target : List.of("22", "23")) {
            order(Direction.run, target);
            String inOrder = fingerprint();
            for (MigrationVersion later : BUILT_UPON) {
                rollBack(later);
            }
            rollBack(VERSION);
            assertThat(fingerprint()).isNotEqualTo(inOrder);
            MigrationRunner runner = CLUSTERS.runner(Optional.empty());
            assertThat(runner.isCurrent(WRITER)).isFalse();

            MigrationPlan plan = runner.plan(WRITER, MigrationOrder.automatic(), true);
            MigrationResult result = runner.run(WRITER, MigrationOrder.automatic(), new Unwatched())
                    .orElseThrow();

            assertThat(plan.findings()).extracting(LintFinding::rule).contains("out-of-order");
            assertThat(result.steps()).isEqualTo(6);
            assertThat(result.differences()).isEmpty();
            assertThat(fingerprint()).isEqualTo(inOrder);
            assertThat(runner.isCurrent(WRITER)).isTrue();
        }
    }

    private static void rollBack(MigrationVersion version) throws SQLException {
        Migration rollback =
                new MigrationFiles(Optional.empty()).read().rollback(version).orElseThrow();
        for (Cluster cluster : Cluster.values()) {
            new ClusterSchema(Database.of(CLUSTERS.owner(cluster)), MigrationConfig.defaults(), new Unwatched(), "test")
                    .rollBack(rollback, false, connection -> {});
        }
    }
}
