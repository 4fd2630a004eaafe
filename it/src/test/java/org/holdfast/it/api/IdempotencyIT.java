package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Goal: a write that is sent again under its key happens once. Method: the same requests again, at the same time, after a
 * part of them was done, and after the primary died under them. Invariants: one effect, one answer, whoever asks how often;
 * another request, tenant or user never meets that answer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyIT {
    private static final String KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    private static final int CHUNK_LINES = 250;

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Tenants tenants = new Tenants();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private Api agent = Api.anonymous();
    private String agentId = "";

    @BeforeAll
    void logIn() {
        agent = Api.agent();
        agentId = agent.newAgent();
    }

    // One of the tests loses the primary.
    @AfterEach
    void restore() {
        databases.restore();
    }

    @AfterAll
    void stop() {
        threads.shutdownNow();
    }

    private static String newKey() {
        return unique("key");
    }

    private long rows(String key) {
        return tenants.count("select count(*) from orchestration.idempotent_work where key = ?", key);
    }

    /** Sends the same request twice; the second is answered as the first. */
    private Answer twice(String method, String path, ObjectNode body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(KEY, newKey()));
        String[] keyed = all.toArray(String[]::new);
        return twice(() -> agent.text(method, path, Api.APPLICATION_JSON, body.toString(), keyed));
    }

    private void deleteTwice(String path) {
        String key = newKey();
        twice(() -> agent.delete(path, KEY, key)).is(204);
    }

    private static Answer twice(Supplier<Answer> send) {
        Answer first = send.get();
        assertThat(first.status()).as("%s", first).isBetween(200, 204);
        isReplay(first, send.get());
        return first;
    }

    private static void isReplay(Answer first, Answer again) {
        assertThat(again.status()).as("%s", again).isEqualTo(first.status());
        assertThat(again.body()).isEqualTo(first.body());
        for (String header : List.of("Location", "ETag", "Content-Type")) {
            assertThat(again.headers().firstValue(header))
                    .isEqualTo(first.headers().firstValue(header));
        }
        assertThat(first.headers().firstValue(REPLAYED)).isEmpty();
        assertThat(again.headers().firstValue(REPLAYED)).contains("true");
        assertThat(again.header("Holdfast-Token")).isNotBlank();
    }

    @Test
    void everyKindOfWriteIsAnsweredAsTheFirstTime() {
        Answer made = twice("POST", "/api/agents", object("name", unique("agent"), "description", "d"));
        String path = "/api/agents/" + made.id();
        Answer changed = twice("PATCH", path, object("description", "e"), "If-Match", made.header("ETag"));
        assertThat(changed.text("description")).isEqualTo("e");
        Answer begun = twice("POST", path + "/conversations", object("externalId", unique("conversation")));
        String messages = "/api/conversations/" + begun.id() + "/messages";
        twice("POST", messages, object("role", "user", "content", "hello"));
        assertThat(agent.get(messages).items()).hasSize(1);

        Answer run = twice(
                "POST",
                "/api/runs",
                object("agentId", made.id(), "name", "r", "input", object("x", 1.50, "y", List.of())));
        String runPath = "/api/runs/" + run.id();
        twice("PATCH", runPath, object("status", "RUNNING"));
        twice("POST", runPath + "/steps", object("name", "s", "output", 1));
        assertThat(agent.get(runPath + "/steps").items()).hasSize(1);

        Answer memory = twice(
                "POST",
                "/api/memories",
                object(
                        "agentId",
                        made.id(),
                        "kind",
                        "CONTEXT",
                        "text",
                        "likes tea",
                        "tags",
                        List.of("b", "a"),
                        "metadata",
                        object("n", 1.50, "deep", object("z", 1, "a", 2))));
        String memoryPath = "/api/memories/" + memory.id();
        twice("PUT", memoryPath, object("text", "likes coffee"));
        assertThat(agent.get(memoryPath + "/history").items()).hasSize(1);
        deleteTwice(memoryPath);
        agent.get(memoryPath).isProblem(404);
        deleteTwice(path);
        agent.get(path, "Holdfast-Consistency", "strong").isProblem(404);
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() {
        String key = newKey();
        String name = unique("agent");
        String made = agent.post("/api/agents", object("name", name), KEY, key)
                .is(201)
                .id();
        String path = "/api/agents/" + made;

        List<Answer> refused = List.of(
                agent.post("/api/agents", object("name", unique("agent")), KEY, key),
                agent.post("/api/agents?other=1", object("name", name), KEY, key),
                agent.patch(path, object("name", name), KEY, key),
                agent.delete(path, KEY, key));

        assertThat(refused).allSatisfy(answer -> {
            answer.isProblem(409);
            assertThat(answer.text("category")).isEqualTo("conflict");
            assertThat(answer.json().path("retryable").asBoolean()).isFalse();
            assertThat(answer.text("detail")).contains("Idempotency-Key").contains("another request");
            assertThat(answer.headers().firstValue(REPLAYED)).isEmpty();
        });
        agent.get(path).is(200);
        assertThat(rows(key)).isEqualTo(1);
    }

    @Test
    void anotherTenantAndAnotherUserHaveKeysOfTheirOwn() {
        String key = newKey();
        ObjectNode body = object("name", unique("agent"));
        String made = agent.post("/api/agents", body, KEY, key).is(201).id();

        Answer ofAnotherTenant = Api.loggedIn(tenants.agentOfAnotherTenant())
                .post("/api/agents", body, KEY, key)
                .is(201);
        Answer ofAnotherUser = Api.loggedIn(tenants.userWithRole("agent"))
                .post("/api/agents", object("name", unique("agent")), KEY, key)
                .is(201);

        assertThat(Set.of(made, ofAnotherTenant.id(), ofAnotherUser.id())).hasSize(3);
        assertThat(ofAnotherTenant.headers().firstValue(REPLAYED)).isEmpty();
        assertThat(ofAnotherUser.headers().firstValue(REPLAYED)).isEmpty();
        assertThat(rows(key)).isEqualTo(3);
    }

    @Test
    void whatFailedOrFoundNothingLeavesNothingBehind() {
        String key = newKey();
        String name = unique("agent");
        agent.post("/api/agents", object("name", name)).is(201);

        agent.post("/api/agents", object("name", name), KEY, key).isProblem(409);
        agent.post("/api/agents", object("name", ""), KEY, key).isProblem(400);
        agent.patch("/api/agents/" + agentId, object("description", "d"), "If-Match", "\"99\"", KEY, key)
                .isProblem(412);
        agent.delete("/api/memories/" + UUID.randomUUID(), KEY, key).isProblem(404);
        assertThat(rows(key)).isZero();

        agent.post("/api/agents", object("name", unique("agent")), KEY, key).is(201);
        assertThat(rows(key)).isEqualTo(1);
    }

    @Test
    void logInAndReadsIgnoreTheKey() {
        String key = newKey();
        RunningSystem.Credentials who = system.agent();
        ObjectNode credentials = object("username", who.user(), "password", who.password());

        Answer one = agent.post("/api/auth/login", credentials, KEY, key).is(200);
        Answer other = agent.post("/api/auth/login", credentials, KEY, key).is(200);
        agent.get("/api/agents", KEY, key).is(200);
        agent.post("/api/memories/search", object("query", "q"), KEY, key).is(200);

        assertThat(other.text("refreshToken")).isNotEqualTo(one.text("refreshToken"));
        assertThat(rows(key)).isZero();
    }

    @Test
    void ofManyAtTheSameMomentOneDoesTheWork() {
        String conversation = newConversation();
        String path = "/api/conversations/" + conversation + "/messages";
        String key = newKey();
        CountDownLatch start = new CountDownLatch(1);

        List<CompletableFuture<Answer>> sent = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> {
                            awaitLatch(start);
                            return agent.post(path, object("role", "user", "content", "once"), KEY, key);
                        },
                        threads))
                .toList();
        start.countDown();
        List<Answer> answers = sent.stream().map(CompletableFuture::join).toList();

        assertThat(answers).allSatisfy(answer -> answer.is(201));
        assertThat(answers).extracting(Answer::body).containsOnly(answers.get(0).body());
        assertThat(answers.stream()
                        .filter(answer -> answer.headers().firstValue(REPLAYED).isEmpty()))
                .hasSize(1);
        assertThat(rows(key)).isEqualTo(1);
        assertThat(tenants.count("select count(*) from memory.message where conversation_id = ?::uuid", conversation))
                .isEqualTo(1);
    }

    private String newConversation() {
        return agent.post("/api/agents/" + agentId + "/conversations", object())
                .is(201)
                .id();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Stands for another instance that is at work under a key, and has neither committed nor given up. */
    private Connection holder(String key, String requestHash) throws SQLException {
        Connection connection = tenants.connect();
        connection.setAutoCommit(false);
        try (PreparedStatement claim = connection.prepareStatement(
                "insert into orchestration.idempotent_work"
                        + " (tenant_id, actor, key, ordinal, request_hash, result)"
                        + " select tenant_id, username, ?, 0, decode(?, 'hex'), '{}' from auth.user_account where username = ?")) {
            claim.setString(1, key);
            claim.setString(2, requestHash);
            claim.setString(3, system.agent().user());
            assertThat(claim.executeUpdate()).isEqualTo(1);
        }
        return connection;
    }

    private CompletableFuture<Answer> sentAndWaiting(String key) {
        CompletableFuture<Answer> answer = CompletableFuture.supplyAsync(
                () -> agent.post("/api/agents", object("name", unique("agent")), KEY, key), threads);
        await().atMost(SOON)
                .until(() -> tenants.count("select count(*) from pg_stat_activity"
                                + " where wait_event_type = 'Lock' and query like '%idempotent_work%'")
                        == 1);
        assertThat(answer).isNotDone();
        return answer;
    }

    @Test
    void whoeverWaitsForOneThatGaveUpDoesTheWork() throws SQLException {
        String key = newKey();
        try (Connection holder = holder(key, "00".repeat(32))) {
            CompletableFuture<Answer> waiting = sentAndWaiting(key);

            holder.rollback();

            Answer answer = waiting.join().is(201);
            assertThat(answer.headers().firstValue(REPLAYED)).isEmpty();
        }
        assertThat(rows(key)).isEqualTo(1);
    }

    @Test
    void whoeverWaitsForAnotherRequestIsRefusedOnceThatHasCommitted() throws SQLException {
        String key = newKey();
        try (Connection holder = holder(key, "00".repeat(32))) {
            CompletableFuture<Answer> waiting = sentAndWaiting(key);

            holder.commit();

            waiting.join().isProblem(409);
        }
    }

    private static String batch(String conversation, int turns) {
        return Stream.concat(
                        IntStream.range(0, turns)
                                .mapToObj(turn -> object(
                                                "conversation", conversation, "turn", turn, "text", "turn " + turn)
                                        .toString()),
                        Stream.of("not JSON"))
                .reduce("", (lines, line) -> lines + line + "\n");
    }

    @Test
    void aBatchIsAnsweredAsTheFirstTime() {
        String key = newKey();
        String body = batch(unique("conversation"), 2 * CHUNK_LINES + 10);
        String path = "/api/memories/batch";

        Answer first = agent.text("POST", path, Api.LINES, body, KEY, key).is(200);
        Answer again = agent.text("POST", path, Api.LINES, body, KEY, key).is(200);
        Answer other = agent.text("POST", path, Api.LINES, body + "\n{}", KEY, key);

        assertThat(first.json().path("created").asInt()).isEqualTo(2 * CHUNK_LINES + 10);
        assertThat(first.json().path("rejected")).hasSize(1);
        isReplay(first, again);
        other.isProblem(409);
        assertThat(rows(key)).isEqualTo(3);
    }

    @Test
    void aBatchThatStoppedHalfwayGoesOnAndIsAnsweredAsAWhole() {
        String key = newKey();
        String conversation = unique("conversation");
        String body = batch(conversation, 2 * CHUNK_LINES + 10);
        String path = "/api/memories/batch";
        Answer first = agent.text("POST", path, Api.LINES, body, KEY, key).is(200);
        // As if the process had died after the first chunk.
        tenants.update(
                "with undone as (delete from memory.memory where turn >= ? and conversation_id in"
                        + " (select id from memory.conversation where external_id = ?))"
                        + " update orchestration.idempotent_work set key = key || ' undone' where key = ? and ordinal = 2",
                CHUNK_LINES,
                conversation,
                key);
        tenants.update("delete from orchestration.idempotent_work where key = ? and ordinal = 1", key);

        Answer again = agent.text("POST", path, Api.LINES, body, KEY, key).is(200);

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue(REPLAYED)).isEmpty();
        assertThat(rows(key)).isEqualTo(3);
        assertThat(tenants.count(
                        "select count(*) from memory.memory where conversation_id in"
                                + " (select id from memory.conversation where external_id = ?)",
                        conversation))
                .isEqualTo(2 * CHUNK_LINES + 10);
    }

    @Test
    void theKeyIsInTheOtherClusterToo() {
        String key = newKey();
        agent.post("/api/agents", object("name", unique("agent")), KEY, key).is(201);

        await().atMost(SOON)
                .until(() -> tenants.countOn(
                                NodeName.FAILOVER,
                                "select count(*) from orchestration.idempotent_work where key = ? and result is not null",
                                key)
                        == 1);
    }

    @Test
    void oldKeysOfEveryTenantAreForgottenAndFreshOnesStay() {
        String old = newKey();
        String fresh = newKey();
        agent.post("/api/agents", object("name", unique("agent")), KEY, old).is(201);
        Api.loggedIn(tenants.agentOfAnotherTenant())
                .post("/api/agents", object("name", unique("agent")), KEY, fresh)
                .is(201);
        tenants.update(
                "update orchestration.idempotent_work set created_at = now() - interval '25 hours' where key = ?", old);

        long forgotten = tenants.countAsApplication(
                "select orchestration.forget_idempotent_work(make_interval(hours => 24), 1000)");

        assertThat(forgotten).isPositive();
        assertThat(rows(old)).isZero();
        assertThat(rows(fresh)).isEqualTo(1);
        // Not even on request: a key may be needed for as long as its caller may still try.
        tenants.countAsApplication("select orchestration.forget_idempotent_work(interval '0', 1000)");
        assertThat(rows(fresh)).isEqualTo(1);
    }

    @Test
    void theKeySettlesWhatWasOpenWhenThePrimaryDied() {
        String conversation = newConversation();
        String path = "/api/conversations/" + conversation + "/messages";
        await().atMost(SOON)
                .until(() -> tenants.countOn(
                                NodeName.FAILOVER,
                                "select count(*) from memory.conversation where id = ?::uuid",
                                conversation)
                        == 1);
        long epoch = databases.epoch();
        CountDownLatch underWay = new CountDownLatch(40);
        AtomicBoolean isSwitched = new AtomicBoolean();
        List<CompletableFuture<Set<String>>> writers = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> writeUntil(isSwitched, path, underWay), threads))
                .toList();
        awaitLatch(underWay);

        Set<String> sent = new HashSet<>();
        try {
            system.kill("primary");
            databases.awaitWriter("failover", epoch + 1);
        } finally {
            isSwitched.set(true);
            writers.forEach(writer -> sent.addAll(writer.join()));
        }

        // Lost with the primary or not, answered or not: once everything has been sent again, it is there once.
        for (String key : sent) {
            await().atMost(RECOVERED_WITHIN).until(() -> say(path, key).status() == 201);
        }
        String stored = "select count(%s) from memory.message where conversation_id = ?::uuid";
        assertThat(tenants.countOn(NodeName.FAILOVER, stored.formatted("*"), conversation))
                .isEqualTo(sent.size());
        assertThat(tenants.countOn(NodeName.FAILOVER, stored.formatted("distinct content"), conversation))
                .isEqualTo(sent.size());
    }

    private Set<String> writeUntil(AtomicBoolean isSwitched, String path, CountDownLatch underWay) {
        Set<String> sent = new HashSet<>();
        while (!isSwitched.get()) {
            String key = newKey();
            sent.add(key);
            say(path, key);
            underWay.countDown();
        }
        return sent;
    }

    private Answer say(String path, String key) {
        return agent.post(path, object("role", "user", "content", key), KEY, key);
    }
}
