package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector indexes, made anew on both clusters while callers search and write. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IndexesIT {
    private static final Duration WITHIN = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String PATH = "/api/admin/indexes";
    // More than are compared without an index.
    private static final int MEMORIES = 3_200;
    private static final List<NodeName> HEADS = List.of(NodeName.PRIMARY, NodeName.FAILOVER);

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private Api admin = Api.admin();
    private Api agent = Api.agent();
    private String agentId = "";

    @BeforeAll
    void remember() {
        databases.restore();
        agentId = agent.newAgent();
        databases.execute(
                NodeName.PRIMARY,
                "insert into memory.memory (id, tenant_id, agent_id, kind, text, said_at, embedding)"
                        + " select gen_random_uuid(), a.tenant_id, a.id, 'CONTEXT', 'filler ' || i, now(),"
                        + " (select array_agg(random() - 0.5 + 0 * (i + d)) from generate_series(1, 384) d)::real[]::vector"
                        + " from memory.agent a, generate_series(1, " + MEMORIES + ") i where a.id = '" + agentId
                        + "'");
        awaitTakenIn();
        // Each for itself: statistics are not replicated.
        HEADS.forEach(head -> databases.execute(head, "analyze memory.memory"));
    }

    private void awaitTakenIn() {
        String rows = "select count(*)::text from memory.memory";
        await().atMost(WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> assertThat(databases.query(NodeName.FAILOVER, rows))
                        .isEqualTo(databases.query(NodeName.PRIMARY, rows)));
        databases.awaitWhole();
    }

    /** Others compare every row of the clusters. */
    @AfterAll
    void forget() {
        databases.execute(NodeName.PRIMARY, "delete from memory.memory where agent_id = '" + agentId + "'");
        awaitTakenIn();
    }

    @AfterEach
    void restore() {
        databases.restore();
        admin = Api.admin();
        agent = Api.agent();
    }

    private JsonNode overview() {
        return admin.get(PATH).is(200).json();
    }

    private List<JsonNode> of(String node) {
        List<JsonNode> indexes = new ArrayList<>();
        overview().path("items").forEach(index -> {
            if (index.path("node").asText().equals(node)) {
                indexes.add(index);
            }
        });
        return indexes;
    }

    /** Of the partition that the memories of this test are in. */
    private JsonNode ofTheTenant(String node) {
        String part = databases
                .query(
                        NodeName.PRIMARY,
                        "select distinct tableoid::regclass::text from memory.memory where agent_id = '" + agentId
                                + "'")
                .get(0);
        return of(node).stream()
                .filter(index -> index.path("partition").asText().equals(part))
                .findFirst()
                .orElseThrow();
    }

    private List<String> found() {
        List<String> found = new ArrayList<>();
        overview()
                .path("findings")
                .forEach(finding -> found.add(finding.path("node").asText() + " "
                        + finding.path("kind").asText() + " "
                        + finding.path("index").asText()));
        return found;
    }

    private String ask(String path, Object... body) {
        Answer accepted = admin.post(path, object(body)).is(202);
        String id = accepted.json().path("id").asText();
        assertThat(accepted.header("Location")).endsWith("/api/admin/jobs/" + id);
        return id;
    }

    private JsonNode completed(String job) {
        JsonNode ended = admin.ended(job);
        assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("COMPLETED");
        return ended;
    }

    /** That each partition of each cluster has one index, under its name, made so. */
    private void assertMade(int m, int efConstruction) {
        for (String node : List.of("primary", "failover")) {
            assertThat(of(node)).as(node).hasSize(8).allSatisfy(index -> {
                assertThat(index.path("name").asText()).matches("memory_p[0-7]_embedding");
                assertThat(index.path("valid").asBoolean()).isTrue();
                assertThat(index.path("m").asInt()).isEqualTo(m);
                assertThat(index.path("efConstruction").asInt()).isEqualTo(efConstruction);
            });
        }
        JsonNode shapes = admin.get("/api/admin/migrations").is(200).json().path("fingerprint");
        assertThat(shapes.path("equal").asBoolean()).as("%s", shapes).isTrue();
    }

    private void search() {
        // Of all agents, and another one each time: neither narrow nor from the cache.
        agent.post("/api/memories/search", object("query", Api.unique("oat milk"), "mode", "vector"))
                .is(200);
    }

    @Test
    void theIndexesOfBothClustersAreListed() {
        for (String node : List.of("primary", "failover")) {
            JsonNode index = ofTheTenant(node);
            assertThat(index.path("table").asText()).isEqualTo("memory.memory");
            assertThat(index.path("method").asText()).isEqualTo("hnsw");
            assertThat(index.path("opclass").asText()).isEqualTo("halfvec_cosine_ops");
            assertThat(index.path("expression").asText()).contains("embedding");
            assertThat(index.path("rows").asInt()).isGreaterThanOrEqualTo(MEMORIES);
            assertThat(index.path("building").isMissingNode()).isTrue();
        }
        search();
        await().atMost(WITHIN)
                .pollInterval(POLL)
                .untilAsserted(
                        () -> assertThat(ofTheTenant("primary").path("scans").asLong())
                                .isPositive());
        assertThat(found()).as("%s", overview()).isEmpty();
        assertThat(overview().path("notAsked")).isEmpty();
    }

    @Test
    void anIndexIsReplacedWhileSearchesAndWritesGoOn() {
        completed(ask(PATH, "profile", "SPEED"));
        String job = ask(PATH, "profile", "QUALITY");
        int calls = 0;
        while (!admin.job(job).path("status").asText().equals("COMPLETED")) {
            search();
            agent.post("/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "Oats " + calls))
                    .is(201);
            calls++;
            assertThat(calls).as("%s", admin.job(job)).isLessThan(3_000);
        }

        assertMade(24, 100);
        JsonNode ended = completed(job);
        assertThat(ended.path("detail").asText())
                .contains("QUALITY memory.memory: made on failover, primary, recall@10 ", "over 50 vectors", "before)");
        assertThat(calls).isPositive();
        databases.awaitAnswer(
                NodeName.PRIMARY,
                "select (count(*) > 0)::text from audit.entry where operation = 'INDEX_ASKED' and actor = '"
                        + system.admin().user() + "'",
                "true");
        assertThat(completed(ask(PATH, "profile", "QUALITY", "table", "memory.memory"))
                        .path("detail")
                        .asText())
                .contains("nothing to do");
        search();
    }

    @Test
    void indexesAreMadeAnewAsTheyAreAndTheirRecallIsMeasured() {
        JsonNode before = ofTheTenant("failover");

        JsonNode ended = completed(ask(PATH + "/optimize"));

        assertThat(ended.path("detail").asText())
                .matches("as before memory.memory: made on failover, primary, recall@10 [01]\\.\\d{3} over 50 vectors"
                        + " \\([01]\\.\\d{3} before\\)");
        assertMade(before.path("m").asInt(), before.path("efConstruction").asInt());
        for (String node : List.of("primary", "failover")) {
            JsonNode index = ofTheTenant(node);
            assertThat(index.path("freshBytes").asDouble() / index.path("bytes").asDouble())
                    .as("%s", index)
                    .isBetween(0.8, 1.25);
        }
        assertThat(completed(ask(PATH + "/optimize", "table", "memory.memory"))
                        .path("detail")
                        .asText())
                .contains("made on");
    }

    /** A build waits for who has written to the table before it, and leaves what it has begun when it is ended meanwhile. */
    private Connection writingOnTheStandby() throws SQLException {
        Connection held = databases.connect(NodeName.FAILOVER);
        held.setAutoCommit(false);
        try (Statement statement = held.createStatement()) {
            statement.execute("lock table memory.memory_p0 in row exclusive mode");
        }
        return held;
    }

    private void awaitBuilding() {
        await().atMost(WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> assertThat(of("failover"))
                        .anyMatch(index -> index.path("name").asText().equals("memory_p0_embedding_new")
                                && index.path("building").path("phase").asText().startsWith("waiting for")));
    }

    @Test
    void aJobThatWasStoppedInTheMiddleIsStartedAgain() throws SQLException {
        String job;
        try (Connection held = writingOnTheStandby()) {
            job = ask(PATH, "profile", "SPEED");
            awaitBuilding();
            assertThat(found()).noneMatch(finding -> finding.contains("invalid"));
            assertThat(admin.job(job).path("progress").path("at").asText())
                    .isEqualTo("create index concurrently memory_p0_embedding_new on memory.memory_p0 on failover");
            assertThat(admin.post(PATH + "/optimize", object()).isProblem(409).text("detail"))
                    .contains("the schema is being changed");

            admin.post("/api/admin/jobs/" + job + "/stop", object()).is(202);
            assertThat(admin.ended(job).path("status").asText()).isEqualTo("STOPPED");
            held.rollback();
        }
        assertThat(found()).contains("failover invalid memory_p0_embedding_new");
        search();

        String again = admin.post("/api/admin/jobs/" + job + "/restart", object())
                .is(202)
                .json()
                .path("id")
                .asText();

        completed(again);
        assertMade(16, 64);
        assertThat(found()).noneMatch(finding -> finding.contains("invalid") || finding.contains("missing"));
    }

    @Test
    void aStandbyThatDiesInTheMiddleIsWaitedFor() throws SQLException {
        completed(ask(PATH, "profile", "SPEED"));
        String job;
        try (Connection held = writingOnTheStandby()) {
            job = ask(PATH, "profile", "QUALITY");
            awaitBuilding();
            system.kill("failover");
            await().atMost(WITHIN)
                    .pollInterval(POLL)
                    .untilAsserted(() -> assertThat(
                                    admin.job(job).path("progress").path("at").asText())
                            .isEqualTo("failover is down"));
            held.abort(Runnable::run);
        }
        assertThat(overview().path("notAsked").get(0).asText()).isEqualTo("failover");
        search();

        databases.restore();

        completed(job);
        assertMade(24, 100);
    }

    @Test
    void withoutAStandbyThatFollowsItIsRefused() {
        system.kill("failover");
        databases.awaitState("failover", "down");

        assertThat(admin.post(PATH, object("profile", "SPEED")).isProblem(409).text("detail"))
                .contains("failover is down");
        assertThat(admin.post(PATH + "/optimize", object()).isProblem(409).text("detail"))
                .contains("failover is down");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{\"profile\":\"BEST\"}",
                "{\"profile\":1}",
                "{\"profile\":\"SPEED\",\"m\":5}",
                "{\"profile\":\"SPEED\",\"table\":\"\"}",
                "{\"profile\":\"SPEED\",\"table\":\"memory.tag\"}",
                "{\"profile\":\"SPEED\",\"table\":\"memory.memory; drop table memory.tag\"}"
            })
    void nonsenseIsRefused(String body) {
        admin.text("POST", PATH, Api.APPLICATION_JSON, body).isProblem(400);
        admin.text("POST", PATH + "/optimize", Api.APPLICATION_JSON, body.equals("{}") ? "[]" : body)
                .isProblem(400);
    }

    @Test
    void nobodyElseMay() {
        agent.get(PATH).isProblem(403);
        agent.post(PATH, object("profile", "SPEED")).isProblem(403);
        agent.post(PATH + "/optimize", object()).isProblem(403);
        Api.anonymous().post(PATH, object("profile", "SPEED")).isProblem(401);
    }
}
