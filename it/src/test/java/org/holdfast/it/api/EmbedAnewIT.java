package org.holdfast.it.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The model of the stored vectors is changed from the one in the process to one behind an endpoint of ours, and back again, while callers
 * search and write. In an order, because each change of the configuration costs a start; of one edition, because nothing of
 * this is the server's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisabledIfSystemProperty(named = "holdfast.system", matches = "micro")
class EmbedAnewIT {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final String PATH = "/api/admin/memories/embed-anew";
    private static final String OWN = "all-MiniLM-L6-v2";
    private static final String OTHER = "hashed-words";
    private static final int MEMORIES = 450;
    /** As many as the job holds at a time. */
    private static final int WINDOW = 200;
    /** Without end. */
    private static final int MANY = 1_000_000;

    private static final String VECTORS = "[1," + "0,".repeat(382) + "0.5]";

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Tenants tenants = new Tenants();
    // Vectors of the same text are alike, and of no other; those of another model are far from all of them.
    private final HashedWords model = new HashedWords();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Semaphore texts = new Semaphore(0);
    private final AtomicInteger embedded = new AtomicInteger();

    private volatile int refusal;
    private HttpServer server;
    private RunningSystem.Credentials adminElsewhere = new RunningSystem.Credentials("", "");
    private Api agent = Api.anonymous();
    private Api admin = Api.anonymous();
    private Api elsewhere = Api.anonymous();
    private String agentId = "";
    private String elsewhereId = "";
    private String tenant = "";
    private String givenId = "";

    @BeforeAll
    void remember() throws IOException {
        databases.restore();
        // What other tests have left behind would be embedded too.
        databases.execute(NodeName.PRIMARY, "delete from memory.memory");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/embeddings", this::answer);
        server.start();
        // Behind the tenant of the demonstration, in the order of their turns.
        adminElsewhere = tenants.adminOf(new UUID(-1L, UUID.randomUUID().getLeastSignificantBits()));
        logIn();
        agentId = agent.newAgent();
        elsewhereId = elsewhere.newAgent();
        batch(IntStream.range(0, MEMORIES).mapToObj(EmbedAnewIT::note).toList());
        made(elsewhere, elsewhereId, "Elsewhere they keep bees");
        ObjectNode given = object("agentId", agentId, "kind", "CONTEXT", "text", "A picture of a lighthouse");
        given.set("embedding", Api.JSON.readTree(VECTORS));
        givenId = agent.post("/api/memories", given).is(201).id();
        tenant = databases
                .query(NodeName.PRIMARY, "select tenant_id::text from memory.agent where id::text = ?", agentId)
                .get(0);
    }

    @AfterAll
    void asBefore() {
        databases.execute(NodeName.PRIMARY, "delete from memory.memory");
        databases.execute(
                NodeName.PRIMARY,
                "update memory.embedding_model set name = '" + OWN + "', next_name = null, at_tenant = null");
        restart();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = Api.JSON.readTree(exchange.getRequestBody());
            int wanted = request.path("input").size();
            int status = refusal != 0 ? refusal : texts.tryAcquire(wanted, 50, TimeUnit.SECONDS) ? 200 : 500;
            ObjectNode answer = object("object", "list");
            if (status == 200) {
                embedded.addAndGet(wanted);
                ArrayNode items = answer.putArray("data");
                for (JsonNode text : request.path("input")) {
                    items.add(object(
                            "index",
                            items.size(),
                            "embedding",
                            model.embed(text.asText()).content().vector()));
                }
            }
            byte[] body = answer.toString().getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void restart(String... options) {
        system.restartApplication(String.join(" ", options));
        databases.awaitWhole();
        logIn();
    }

    private void logIn() {
        agent = Api.agent();
        admin = Api.admin();
        elsewhere = Api.loggedIn(adminElsewhere);
    }

    private String[] endpoint(String keys) {
        return new String[] {
            "-D" + keys + "embedder=http",
            "-D" + keys + "endpoint-url=http://127.0.0.1:" + server.getAddress().getPort() + "/v1",
            "-D" + keys + "endpoint-model=" + OTHER,
            "-D" + keys + "endpoint-timeout-millis=60000",
            "-D" + keys + "endpoint-wait-millis=60000",
            "-D" + keys + "endpoint-texts=20",
            "-D" + keys + "endpoint-requests=2",
            // Each text that is asked for is counted.
            "-Dholdfast.memory.vectors-remembered=0"
        };
    }

    private static String note(int number) {
        return "Note " + number + " is about matter " + (number * 31 % 1_000);
    }

    private void batch(List<String> lines) {
        String body = lines.stream()
                .map(text -> object("agentId", agentId, "kind", "CONTEXT", "text", text)
                        .toString())
                .collect(Collectors.joining("\n"));
        Answer stored =
                agent.text("POST", "/api/memories/batch", Api.LINES, body).is(200);
        assertThat(stored.json().path("created").asInt()).isEqualTo(lines.size());
    }

    private static String made(Api caller, String agentOfCaller, String text) {
        return caller.post("/api/memories", object("agentId", agentOfCaller, "kind", "CONTEXT", "text", text))
                .is(201)
                .id();
    }

    private Answer search(String query, String mode) {
        return agent.post("/api/memories/search", object("query", query, "agentId", agentId, "mode", mode));
    }

    /** That a memory is found by its own text, as it is only where both are of one model. */
    private void assertFound(Api caller, String agentOfCaller, String text) {
        Answer found = caller.post(
                        "/api/memories/search", object("query", text, "agentId", agentOfCaller, "mode", "vector"))
                .is(200);
        assertThat(found.items("text").get(0)).isEqualTo(text);
        assertThat(found.items().get(0).path("score").asDouble())
                .as("%s", found)
                .isGreaterThan(0.99);
        assertThat(found.json().path("degraded").asBoolean()).isFalse();
    }

    private String start(String confirm) {
        Answer accepted = admin.post(PATH, object("confirm", confirm)).is(202);
        String job = accepted.json().path("id").asText();
        assertThat(accepted.header("Location")).endsWith("/api/admin/jobs/" + job);
        return job;
    }

    private String startedAgain(String job) {
        return admin.post("/api/admin/jobs/" + job + "/restart", object())
                .is(202)
                .json()
                .path("id")
                .asText();
    }

    private void awaitAt(String job, String what) {
        await().atMost(WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> assertThat(
                                admin.job(job).path("progress").path("at").asText())
                        .contains(what));
    }

    private void completed(String job) {
        JsonNode ended = admin.ended(job);
        assertThat(ended.path("status").asText()).as("%s", ended).isEqualTo("COMPLETED");
    }

    private void assertStored(String name) {
        assertThat(databases.query(
                        NodeName.PRIMARY,
                        "select concat_ws(' ', name, next_name, at_tenant) from memory.embedding_model"))
                .containsExactly(name);
        assertThat(databases.query(NodeName.PRIMARY, "select count(*)::text from memory.next_embedding"))
                .containsExactly("0");
        databases.awaitSame();
    }

    private void assertGivenIsAsGiven() throws IOException {
        ObjectNode question = object("agentId", agentId, "limit", 1);
        question.set("embedding", Api.JSON.readTree(VECTORS));
        JsonNode nearest =
                agent.post("/api/memories/nearest", question).is(200).items().get(0);
        assertThat(nearest.path("memory").path("id").asText()).isEqualTo(givenId);
        assertThat(nearest.path("score").asDouble()).isGreaterThan(0.999);
    }

    @Test
    @Order(1)
    void withoutAnotherModelItIsRefused() {
        Answer refused = admin.post(PATH, object("confirm", OTHER)).isProblem(409);

        assertThat(refused.text("detail")).contains("'" + OWN + "'", "holdfast.memory.next-embedder");
    }

    @Test
    @Order(1)
    void nobodyElseMay() {
        agent.post(PATH, object("confirm", OTHER)).isProblem(403);
        for (String role : List.of("viewer", "operator")) {
            Api.loggedIn(tenants.userWithRole(role))
                    .post(PATH, object("confirm", OTHER))
                    .isProblem(403);
        }
        Api.anonymous().post(PATH, object("confirm", OTHER)).isProblem(401);
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{\"confirm\":\"\"}",
                "{\"confirm\":\" \"}",
                "{\"confirm\":1}",
                "{\"confirm\":null}",
                "{\"confirm\":\"a\",\"model\":\"a\"}"
            })
    void nonsenseIsRefused(String body) {
        admin.text("POST", PATH, Api.APPLICATION_JSON, body).isProblem(400);
    }

    @Test
    @Order(2)
    void aTextThatWasChangedJustThenIsNotPutBack() throws Exception {
        String id = made(agent, agentId, "The gate is open");
        try (Connection other = databases.connect(NodeName.PRIMARY);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("update memory.memory set text = 'The gate is shut', version = version + 1 where id = '"
                    + id + "'");
            // Its text is as it was, so that nothing is embedded for it.
            CompletableFuture<Answer> late = CompletableFuture.supplyAsync(
                    () -> agent.put(
                            "/api/memories/" + id,
                            object("text", "The gate is open", "metadata", object("seen", true))),
                    threads);
            databases.awaitAnswer(
                    NodeName.PRIMARY,
                    "select (count(*) > 0)::text from pg_stat_activity where usename = 'holdfast_app'"
                            + " and wait_event_type = 'Lock'",
                    "true");
            other.commit();

            assertThat(late.get(30, TimeUnit.SECONDS).isProblem(409).text("detail"))
                    .contains("changed by somebody else meanwhile");
        }
        agent.delete("/api/memories/" + id).is(204);
    }

    @Test
    @Order(3)
    void searchesAndWritesGoOnWhileMemoriesAreEmbeddedAnew() throws SQLException {
        restart(endpoint("holdfast.memory.next-"));
        assertThat(admin.post(PATH, object("confirm", OWN)).isProblem(400).text("detail"))
                .contains("confirm must be '" + OTHER + "'");
        texts.release(WINDOW);

        String job = start(OTHER);

        await().atMost(WITHIN).pollInterval(POLL).until(() -> embedded.get() == WINDOW);
        awaitAt(job, "embeds memories of tenant " + tenant + " with the model '" + OTHER + "'");
        assertThat(admin.post(PATH, object("confirm", OTHER)).isProblem(409).text("detail"))
                .contains("being embedded anew");
        // With the present model, in the process.
        assertFound(agent, agentId, note(7));
        assertThat(search(note(8), "hybrid").is(200).items("text").get(0)).isEqualTo(note(8));
        String id = made(agent, agentId, "Written in the middle");
        assertFound(agent, agentId, "Written in the middle");
        agent.put("/api/memories/" + id, object("text", "Changed in the middle"))
                .is(200);
        assertFound(agent, agentId, "Changed in the middle");

        admin.post("/api/admin/jobs/" + job + "/stop", object()).is(202);
        texts.release(WINDOW);
        assertThat(admin.ended(job).path("status").asText()).isEqualTo("STOPPED");
        assertThat(embedded.get()).isEqualTo(2 * WINDOW);
        assertFound(agent, agentId, note(9));
    }

    @Test
    @Order(4)
    void anEndpointThatFailsIsWaitedForAndOneThatRefusesEndsTheJob() {
        refusal = 503;
        String job = start(OTHER);
        awaitAt(job, "answered 503");
        assertThat(admin.job(job).path("status").asText()).isEqualTo("STARTED");

        refusal = 401;
        JsonNode failed = admin.ended(job);

        assertThat(failed.path("status").asText()).as("%s", failed).isEqualTo("FAILED");
        assertThat(failed.path("detail").asText())
                .startsWith("REFUSED")
                .contains("answered 401", "holdfast.memory.next-endpoint-key");
        assertFound(agent, agentId, note(10));

        refusal = 0;
        texts.release(MANY);
        completed(startedAgain(job));

        // Each once, however often it was begun: the notes, and what was written meanwhile.
        assertThat(embedded.get()).isEqualTo(MEMORIES + 2);
    }

    @Test
    @Order(5)
    void fromThenOnEverythingIsOfTheOtherModel() throws IOException {
        assertStored(OTHER);
        int before = embedded.get();

        assertFound(agent, agentId, note(7));
        assertFound(agent, agentId, note(MEMORIES - 1));
        assertFound(agent, agentId, "Changed in the middle");
        assertFound(elsewhere, elsewhereId, "Elsewhere they keep bees");
        // It was found before with the other model, and is not answered from then.
        assertThat(search(note(8), "hybrid").is(200).items("text").get(0)).isEqualTo(note(8));
        assertThat(embedded.get()).isEqualTo(before + 5);
        made(agent, agentId, "Written afterwards");
        assertFound(agent, agentId, "Written afterwards");
        assertGivenIsAsGiven();
        assertThat(Api.anonymous().get("/health/ready").is(200).body()).contains(OTHER);
        // No memory says anything else than before.
        assertThat(
                        databases.query(
                                NodeName.PRIMARY,
                                "select count(*)::text from audit.entry where entity = 'memory.memory' and operation = 'UPDATE'"
                                        + " and changes::jsonb -> 'embedding' is not null and changes::jsonb -> 'version' is null"))
                .containsExactly("0");
        assertThat(databases.query(
                        NodeName.PRIMARY, "select max(version)::text from memory.memory where text like 'Note %'"))
                .containsExactly("0");
        assertThat(admin.post(PATH, object("confirm", OTHER)).isProblem(400).text("detail"))
                .contains("confirm must be '" + OWN + "'");
    }

    @Test
    @Order(6)
    void whileATenantsVectorsAreReplacedItIsSearchedByWordsAlone() throws Exception {
        String[] wayBack = Stream.concat(
                        Stream.of(endpoint("holdfast.memory.")),
                        Stream.of("-Dholdfast.memory.next-embedder=in-process"))
                .toArray(String[]::new);
        restart(wayBack);
        killInTheMiddleOfTheTurn();
        restart(wayBack);
        databases.awaitSame();

        Answer byWords = search("matter of note 42", "hybrid").is(200);
        assertThat(byWords.json().path("degraded").asBoolean())
                .as("%s", byWords)
                .isTrue();
        assertThat(byWords.items("text")).contains(note(42));
        assertThat(agent.post(
                                "/api/memories/context",
                                object("query", "matter of note 42", "agentId", agentId, "tokens", 200))
                        .is(200)
                        .json()
                        .path("degraded")
                        .asBoolean())
                .isTrue();
        Answer refused = search(note(42), "vector").isProblem(503);
        assertThat(refused.json().path("retryable").asBoolean()).isTrue();
        assertThat(refused.header("Retry-After")).isNotEmpty();
        // What is written has the next model's vector at once; the tenants behind go on with theirs.
        int before = embedded.get();
        made(agent, agentId, "Written in the turn");
        assertThat(embedded.get()).isEqualTo(before);
        made(elsewhere, elsewhereId, "Elsewhere they keep goats");
        assertFound(elsewhere, elsewhereId, "Elsewhere they keep goats");
        assertThat(embedded.get()).isEqualTo(before + 2);

        completed(start(OWN));

        assertStored(OWN);
        for (String text : List.of(note(42), "Written in the turn", "Changed in the middle")) {
            assertFound(agent, agentId, text);
        }
        assertFound(elsewhere, elsewhereId, "Elsewhere they keep goats");
        assertGivenIsAsGiven();
    }

    private void killInTheMiddleOfTheTurn() throws SQLException {
        try (Connection other = databases.connect(NodeName.PRIMARY);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from memory.memory where text = '" + note(42) + "' for update");
            start(OWN);
            databases.awaitAnswer(
                    NodeName.PRIMARY,
                    "select (m.at_tenant = '" + tenant + "' and exists (select from pg_stat_activity"
                            + " where usename = 'holdfast_app' and wait_event_type = 'Lock'))::text from memory.embedding_model m",
                    "true");
            system.kill("app1");
        }
    }
}
