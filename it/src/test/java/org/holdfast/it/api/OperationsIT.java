package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators and their tools call. */
class OperationsIT {
    private static final Set<String> NODES = Set.of("primary", "replica1", "replica2", "failover", "failoverReplica1");
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);

    private final Api anonymous = Api.anonymous();

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/health/live", "/health/ready"})
    void healthIsUpWithoutLogIn(String path) {
        Answer health = anonymous.get(path).is(200);

        assertThat(health.text("status")).isEqualTo("UP");
    }

    @Test
    void metricsAreAnsweredInTheFormatOfScrapers() {
        Answer metrics = anonymous.get("/metrics", "Accept", "text/plain").is(200);

        assertThat(metrics.body()).contains("# TYPE ");
    }

    @Test
    void sessionsPoolsAndBreakersAreMeasured() {
        Api.agent().get("/api/agents").is(200);

        String metrics =
                anonymous.get("/metrics", "Accept", "text/plain").is(200).body();

        assertThat(metrics.lines().filter(line -> line.startsWith("holdfast_")))
                .anyMatch(line ->
                        line.matches("holdfast_sessions_total\\{.*intent=\"read\".*outcome=\"committed\".*} [1-9].*"))
                .anyMatch(line -> line.matches("holdfast_session_seconds_count\\{.*} [1-9].*"))
                .anyMatch(line -> line.matches("holdfast_connection_wait_seconds_count\\{.*} [1-9].*"))
                .anyMatch(line -> line.matches("holdfast_sessions_open\\{.*older_than_seconds=\"60\".*} 0.*"))
                .anyMatch(line -> line.matches("holdfast_pool_max\\{.*node=\"primary\".*} 20.*"))
                .anyMatch(line -> line.matches("holdfast_pool_idle\\{.*} [1-9].*"))
                .anyMatch(line -> line.matches("holdfast_pool_active\\{.*} 0.*"))
                .anyMatch(line -> line.matches("holdfast_pool_waiting\\{.*} 0.*"))
                .anyMatch(line -> line.matches("holdfast_breaker_state\\{.*node=\"replica1\".*} 0.*"));
        assertThat(metrics.lines().filter(line -> line.startsWith("holdfast_session_seconds_max{")))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .as("seconds, not nanoseconds: %s", line)
                        .isLessThan(60));
        for (JsonNode node :
                Api.admin().get("/api/admin/topology").is(200).json().path("nodes")) {
            assertThat(node.path("breaker").asText()).as("%s", node).isEqualTo("closed");
        }
    }

    @Test
    void everyCallIsDescribed() {
        Answer description =
                anonymous.get("/openapi", "Accept", "application/json").is(200);

        assertThat(description.text("openapi")).startsWith("3.");
        Set<String> described = new TreeSet<>();
        description.json().path("paths").fieldNames().forEachRemaining(described::add);
        assertThat(described)
                .contains(
                        "/api/auth/login",
                        "/api/agents",
                        "/api/agents/{id}",
                        "/api/conversations/{id}/messages",
                        "/api/memories",
                        "/api/memories/batch",
                        "/api/memories/context",
                        "/api/memories/forget",
                        "/api/memories/nearest",
                        "/api/memories/search",
                        "/api/memories/{id}/history",
                        "/api/runs/{id}/steps",
                        "/api/health/database",
                        "/api/admin/indexes",
                        "/api/admin/memories/embed-anew",
                        "/api/admin/topology");
        JsonNode agents = description.json().path("paths").path("/api/agents");
        assertThat(headers(agents.path("get"))).contains("Holdfast-Consistency", "Holdfast-Token");
        assertThat(headers(agents.path("post"))).contains("Holdfast-Durability", "Idempotency-Key");
        assertThat(agents.path("post").path("responses").findValues("Holdfast-Token"))
                .isNotEmpty();
    }

    private static Set<String> headers(JsonNode operation) {
        Set<String> headers = new TreeSet<>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("header")) {
                headers.add(parameter.path("name").asText());
            }
        }
        return headers;
    }

    @Test
    void theDatabasesHealthHasEveryFieldOfEveryNode() {
        await().atMost(SETTLED_WITHIN).untilAsserted(() -> {
            Answer health = anonymous.get("/api/health/database").is(200);

            assertThat(health.text("status")).isEqualTo("UP");
            assertThat(health.text("writer")).isEqualTo("primary");
            assertThat(health.json().path("epoch").asLong()).isPositive();
            Set<String> names = new TreeSet<>();
            for (JsonNode node : health.json().path("nodes")) {
                names.add(node.path("name").asText());
                complete(node);
            }
            assertThat(names).isEqualTo(new TreeSet<>(NODES));
        });
    }

    private static void complete(JsonNode node) {
        assertThat(node.path("state").asText()).as("%s", node).isEqualTo("up");
        assertThat(node.path("role").asText()).as("%s", node).isIn("primary", "replica", "failover");
        assertThat(node.path("version").asText()).as("%s", node).matches("\\d+(\\.\\d+)*.*");
        assertThat(node.path("tls").asText()).as("%s", node).startsWith("TLSv1.");
        for (String number : List.of("activeConnections", "responseMillis", "lagMillis", "lagBytes")) {
            assertThat(node.path(number).isIntegralNumber())
                    .as("%s of %s", number, node)
                    .isTrue();
            assertThat(node.path(number).asLong()).as("%s of %s", number, node).isNotNegative();
        }
    }

    @Test
    void theTopologyOfOperatorsSaysSinceWhenAndWhyToo() {
        Answer topology = Api.admin().get("/api/admin/topology").is(200);

        assertThat(topology.json().path("nodes")).hasSize(NODES.size());
        assertThat(topology.json().path("decisions").isArray()).isTrue();
        assertThat(topology.text("since")).isNotBlank();
        for (JsonNode node : topology.json().path("nodes")) {
            assertThat(node.path("since").asText()).as("%s", node).endsWith("Z");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/nothing", "/api/agents/x/y/z", "/api/admin/nothing", "/api/auth"})
    void anUnknownAddressIsNotFound(String path) {
        Api.agent().get(path).isProblem(404);
        Answer anonymousAnswer = anonymous.get(path);
        assertThat(anonymousAnswer.status()).isIn(401, 404);
        anonymousAnswer.isProblem(anonymousAnswer.status());
    }

    @Test
    void anUnknownAddressOutsideTheApiShowsNothingOfTheServer() {
        Answer answer = anonymous.get("/nothing/here").is(404);

        answer.showsNothingOfTheInside();
    }

    @Test
    void aMethodThatAnAddressDoesNotKnowIsNotAllowed() {
        Api agent = Api.agent();

        assertThat(agent.put("/api/agents", object()).isProblem(405).header("Allow"))
                .contains("GET", "POST");
        agent.delete("/api/agents").isProblem(405);
        agent.get("/api/memories/search").showsNothingOfTheInside();
        agent.get("/api/auth/login").isProblem(405);
        agent.post("/api/health/database", object()).isProblem(405);
    }

    @Test
    void anAnswerThatTheCallerDoesNotAcceptIsNotSent() {
        Api agent = Api.agent();

        agent.get("/api/agents", "Accept", "text/html").isProblem(406);
        agent.get("/api/auth/me", "Accept", "application/xml").isProblem(406);
        agent.get("/api/agents", "Accept", "application/*;q=0.5, text/html").is(200);
    }

    @Test
    void aProblemIsToldAlsoToWhoAcceptsJsonAlone() {
        Api.agent().get("/api/agents?limit=-1", "Accept", "application/json").isProblem(400);
    }

    @Test
    void answersAreNotGuessedNorFramed() {
        Answer answer = anonymous.get("/api/health/database");

        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }
}
