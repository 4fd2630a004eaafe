package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: what callers see while databases are gone. Method: nodes are killed and paused under calls. Invariants: reads go on
 * while one node can serve them; a write that cannot be done is refused in bounded time and says that it may be repeated;
 * the application outlives the loss of every database and needs no restart.
 */
class FaultsIT {
    private static final Duration DOWN_WITHIN = Duration.ofSeconds(5);
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Api anonymous = Api.anonymous();
    private Api agent = anonymous;
    private String path = "";

    @BeforeEach
    void makeAnAgent() {
        databases.awaitWhole();
        agent = Api.agent();
        path = "/api/agents/" + agent.newAgent();
        // Once it is on the replicas every one of them can answer for it.
        await().atMost(RECOVERED_WITHIN)
                .until(() -> list().header("Holdfast-Node").startsWith("replica"));
    }

    @AfterEach
    void restore() {
        databases.restore();
    }

    private static void isRetryable(Answer answer) {
        answer.isProblem(503);
        assertThat(answer.text("category")).as("%s", answer).isEqualTo("connection");
        assertThat(answer.json().path("retryable").asBoolean()).as("%s", answer).isTrue();
    }

    // The cache answers for the agent itself, but not for a list.
    private Answer list(String... headers) {
        return agent.get(path + "/conversations", headers);
    }

    private Answer write() {
        return agent.post(
                path + "/conversations", object("externalId", UUID.randomUUID().toString()));
    }

    @Test
    void readsGoOnWithoutAnErrorWhenAReplicaDies() {
        system.kill("replica1");

        await().atMost(DOWN_WITHIN).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            agent.get(path).is(200);
            list("Holdfast-Consistency", "eventual").is(200);
            assertThat(databases.state("replica1")).isEqualTo("down");
        });
        for (int i = 0; i < 20; i++) {
            Answer read = list("Holdfast-Consistency", "eventual").is(200);
            assertThat(read.header("Holdfast-Node")).isNotEqualTo("replica1");
        }
        write().is(201);
        anonymous.get("/api/health/database").is(200);
        anonymous.get("/health/ready").is(200);
    }

    @Test
    void writesAreRefusedInBoundedTimeAndReadsGoOnWhileThePrimaryHangsAndNobodyCanReplaceIt() {
        Databases.FAILOVER_CLUSTER.forEach(system::kill);
        databases.awaitState("failover", "down");
        system.pause("primary");
        long begun = System.nanoTime();

        Answer refused = write();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(REFUSED_WITHIN);
        isRetryable(refused);
        for (int i = 0; i < 10; i++) {
            list("Holdfast-Consistency", "eventual").is(200);
        }
        isRetryable(agent.get(path, "Holdfast-Consistency", "strong"));
        anonymous.get("/api/health/database").is(503);

        system.resume("primary");

        await().atMost(RECOVERED_WITHIN).pollInterval(POLL).until(() -> write().status() == 201);
        assertThat(databases.health().path("writer").asText()).isEqualTo("primary");
    }

    @Test
    void theApplicationOutlivesTheLossOfEveryDatabase() {
        Databases.HEAD_LAST.forEach(system::kill);

        Databases.HEAD_LAST.forEach(node -> databases.awaitState(node, "down"));
        anonymous.get("/health/live").is(200);
        // At once: each of them waits for a writer before it gives up.
        Stream.<Supplier<Answer>>of(
                        () -> agent.get("/api/agents"),
                        this::write,
                        () -> agent.post("/api/memories/search", object("query", "anything")),
                        () -> anonymous.logIn(
                                system.agent().user(), system.agent().password()))
                .map(CompletableFuture::supplyAsync)
                .toList()
                .forEach(answer -> isRetryable(answer.join()));
        Answer health = anonymous.get("/api/health/database").is(503);
        assertThat(health.text("status")).isEqualTo("DOWN");
        assertThat(health.json().path("nodes")).hasSize(Databases.HEAD_LAST.size());

        Databases.HEAD_FIRST.forEach(system::start);

        await().atMost(RECOVERED_WITHIN).pollInterval(POLL).until(() -> write().status() == 201);
        agent.get(path).is(200);
        anonymous.get("/health/ready").is(200);
    }
}
