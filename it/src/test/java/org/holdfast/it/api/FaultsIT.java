package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
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
    private static final List<String> DATABASES =
            List.of("primary", "replica1", "replica2", "failover", "failoverReplica1");
    private static final Duration DOWN_WITHIN = Duration.ofSeconds(5);
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(10);
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final RunningSystem system = RunningSystem.get();
    private final Api anonymous = Api.anonymous();
    private Api agent = anonymous;
    private String path = "";

    @BeforeEach
    void makeAnAgent() {
        awaitAllUp();
        agent = Api.agent();
        path = "/api/agents/" + agent.newAgent();
        // Once it is on the replicas every one of them can answer for it.
        await().atMost(RECOVERED_WITHIN)
                .until(() -> agent.get(path).header("Holdfast-Node").startsWith("replica"));
    }

    @AfterEach
    void restore() {
        system.resume("primary");
        DATABASES.forEach(system::start);
        awaitAllUp();
    }

    private void awaitAllUp() {
        await().atMost(RECOVERED_WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> DATABASES.forEach(
                        node -> assertThat(state(node)).as(node).isEqualTo("up")));
    }

    private String state(String node) {
        for (JsonNode candidate : anonymous.get("/api/health/database").json().path("nodes")) {
            if (candidate.path("name").asText().equals(node)) {
                return candidate.path("state").asText();
            }
        }
        throw new AssertionError("no node " + node);
    }

    private static void isRetryable(Answer answer) {
        answer.isProblem(503);
        assertThat(answer.text("category")).as("%s", answer).isEqualTo("connection");
        assertThat(answer.json().path("retryable").asBoolean()).as("%s", answer).isTrue();
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
            agent.get(path, "Holdfast-Consistency", "eventual").is(200);
            assertThat(state("replica1")).isEqualTo("down");
        });
        for (int i = 0; i < 20; i++) {
            Answer read = agent.get(path, "Holdfast-Consistency", "eventual").is(200);
            assertThat(read.header("Holdfast-Node")).isNotEqualTo("replica1");
        }
        write().is(201);
        anonymous.get("/api/health/database").is(200);
        anonymous.get("/health/ready").is(200);
    }

    @Test
    void writesAreRefusedInBoundedTimeAndReadsGoOnWhileThePrimaryHangs() {
        system.pause("primary");
        long begun = System.nanoTime();

        Answer refused = write();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(REFUSED_WITHIN);
        isRetryable(refused);
        for (int i = 0; i < 10; i++) {
            agent.get(path, "Holdfast-Consistency", "eventual").is(200);
        }
        isRetryable(agent.get(path, "Holdfast-Consistency", "strong"));
        anonymous.get("/api/health/database").is(503);

        system.resume("primary");

        await().atMost(RECOVERED_WITHIN).pollInterval(POLL).until(() -> write().status() == 201);
    }

    @Test
    void theApplicationOutlivesTheLossOfEveryDatabase() {
        DATABASES.forEach(system::kill);

        await().atMost(DOWN_WITHIN.multipliedBy(2))
                .pollInterval(POLL)
                .untilAsserted(() -> DATABASES.forEach(
                        node -> assertThat(state(node)).as(node).isEqualTo("down")));
        anonymous.get("/health/live").is(200);
        isRetryable(agent.get("/api/agents"));
        isRetryable(write());
        isRetryable(agent.post("/api/memories/search", object("query", "anything")));
        isRetryable(anonymous.logIn(system.agent().user(), system.agent().password()));
        Answer health = anonymous.get("/api/health/database").is(503);
        assertThat(health.text("status")).isEqualTo("DOWN");
        assertThat(health.json().path("nodes")).hasSize(DATABASES.size());

        DATABASES.forEach(system::start);

        await().atMost(RECOVERED_WITHIN).pollInterval(POLL).until(() -> write().status() == 201);
        agent.get(path).is(200);
        anonymous.get("/health/ready").is(200);
    }
}
