package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.UUID;
import org.holdfast.it.RunningSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: the cache is seen in its counts and in the work that it saves, and in nothing else. Method: reads and writes by key while
 * Redis is well, hangs, dies and returns, and across a switch of the writer. Invariants: nothing older than a finished
 * write, nothing of another tenant, and no error because of Redis.
 */
class CacheIT {
    private static final Duration USED_WITHIN = Duration.ofSeconds(30);
    // Of a replica's rows nothing is kept until Redis has been watched for a window, 10 s.
    private static final Duration NEAR_WITHIN = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int CALLS = 30;

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Api admin = Api.admin();
    private final Api agent = Api.agent();
    private String path = "";

    @BeforeEach
    void makeAnAgent() {
        databases.awaitWhole();
        awaitState("used");
        path = "/api/agents/" + agent.newAgent();
    }

    @AfterEach
    void restore() {
        system.resume("redisA");
        system.start("redisA");
        databases.restore();
    }

    private JsonNode cache() {
        return admin.get("/api/admin/cache").is(200).json();
    }

    private void awaitState(String state) {
        await().atMost(USED_WITHIN)
                .pollInterval(POLL)
                .until(() -> cache().path("state").asText().equals(state));
    }

    private long count(String what) {
        for (JsonNode region : cache().path("regions")) {
            if (region.path("region").asText().equals("Agent")) {
                return region.path(what).asLong();
            }
        }
        throw new AssertionError("no region Agent in " + cache());
    }

    private long sessionsOnNodes() {
        return Api.anonymous()
                .get("/metrics", "Accept", "text/plain")
                .is(200)
                .body()
                .lines()
                .filter(line -> line.startsWith("holdfast_sessions_total{") && line.contains("intent=\"read\""))
                .filter(line -> !line.contains("node=\"none\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void awaitNear() {
        await().atMost(NEAR_WITHIN)
                .pollInterval(POLL)
                .until(() -> agent.get(path)
                        .is(200)
                        .headers()
                        .firstValue("Holdfast-Node")
                        .isEmpty());
    }

    private String write(String description) {
        return agent.patch(path, object("description", description)).is(200).header("Holdfast-Token");
    }

    private void reads(String description) {
        assertThat(agent.get(path).is(200).text("description")).isEqualTo(description);
    }

    @Test
    void whatIsReadAgainTouchesNoDatabase() {
        awaitNear();
        long hits = count("nearHits");
        long sessions = sessionsOnNodes();

        for (int i = 0; i < CALLS; i++) {
            Answer again = agent.get(path).is(200);
            assertThat(again.headers().firstValue("Holdfast-Node"))
                    .as("%s", again)
                    .isEmpty();
            assertThat(again.headers().firstValue("Holdfast-Epoch"))
                    .as("%s", again)
                    .isEmpty();
        }

        assertThat(count("nearHits")).isGreaterThanOrEqualTo(hits + CALLS);
        assertThat(sessionsOnNodes()).isEqualTo(sessions);
        assertThat(agent.get(path, "Holdfast-Consistency", "strong").is(200).header("Holdfast-Node"))
                .isEqualTo("primary");
    }

    @Test
    void aWriteIsSeenAtOnceByEverybody() {
        Api other = Api.admin();
        awaitNear();
        for (int i = 0; i < CALLS; i++) {
            String token = write("written " + i);

            reads("written " + i);
            assertThat(other.get(path, "Holdfast-Token", token).is(200).text("description"))
                    .isEqualTo("written " + i);
        }
        assertThat(agent.get(path, "Holdfast-Consistency", "strong").is(200).text("description"))
                .isEqualTo("written " + (CALLS - 1));
    }

    @Test
    void whatTheDatabaseDeletesWithAnAgentIsGone() {
        String conversation = "/api/conversations/"
                + agent.post(path + "/conversations", object("title", "t"))
                        .is(201)
                        .id();
        String run = "/api/runs/"
                + agent.post("/api/runs", object("agentId", path.substring(path.lastIndexOf('/') + 1), "name", "r"))
                        .is(201)
                        .id();
        agent.get(conversation).is(200);
        agent.get(run).is(200);

        agent.delete(path).is(204);

        agent.get(path).isProblem(404);
        agent.get(conversation).isProblem(404);
        agent.get(run).isProblem(404);
    }

    @Test
    void anotherTenantDoesNotFindWhatIsCached() {
        Api stranger = Api.loggedIn(new Tenants().agentOfAnotherTenant());
        awaitNear();

        for (int i = 0; i < CALLS; i++) {
            stranger.get(path).isProblem(404);
            agent.get(path).is(200);
        }
    }

    @Test
    void aRedisThatHangsDiesAndReturnsCostsNoErrorAndLeavesNothingStale() {
        awaitNear();
        system.pause("redisA");
        for (int i = 0; i < CALLS; i++) {
            write("hanging " + i);
            reads("hanging " + i);
        }
        system.resume("redisA");
        reads("hanging " + (CALLS - 1));
        awaitState("used");
        reads("hanging " + (CALLS - 1));

        system.kill("redisA");
        for (int i = 0; i < CALLS; i++) {
            write("dead " + i);
            reads("dead " + i);
        }
        assertThat(cache().path("state").asText()).isEqualTo("passed-over");
        system.start("redisA");
        for (int i = 0; i < CALLS; i++) {
            write("back " + i);
            reads("back " + i);
        }
        awaitState("used");
        reads("back " + (CALLS - 1));
        write("used again");
        awaitNear();
        reads("used again");
    }

    @Test
    void aSwitchOfTheWriterEmptiesIt() {
        write("before");
        awaitNear();

        databases.switchTo("failover");

        assertThat(agent.get(path).is(200).header("Holdfast-Node")).startsWith("failover");
        reads("before");
        write("after");
        reads("after");
        awaitState("used");
    }

    @Test
    void whatAnOperatorEmptiesIsReadAnew() {
        awaitNear();
        admin.delete("/api/admin/cache/Agent").is(204);
        assertThat(agent.get(path).is(200).header("Holdfast-Node")).isNotBlank();

        write("near again");
        awaitNear();
        admin.delete("/api/admin/cache").is(204);
        assertThat(agent.get(path).is(200).header("Holdfast-Node")).isNotBlank();
        reads("near again");

        String unknown = "no-region-" + UUID.randomUUID();
        assertThat(admin.delete("/api/admin/cache/" + unknown).isProblem(404).text("detail"))
                .contains("Agent", "Memory");
        agent.get("/api/admin/cache").isProblem(403);
        agent.delete("/api/admin/cache").isProblem(403);
        agent.delete("/api/admin/cache/Agent").isProblem(403);
    }

    @Test
    void usersAndTheirSessionsAreNeverCached() {
        for (JsonNode region : cache().path("regions")) {
            String name = region.path("region").asText();
            assertThat(region.path("cached").asBoolean())
                    .as("%s", region)
                    .isEqualTo(!name.equals("LoginSession") && !name.equals("UserAccount"));
        }
    }
}
