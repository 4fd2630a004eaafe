package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: repeated lists and searches are answered without a database, and never show less than a finished write. Method: they are
 * repeated until no node answers them; then something is added and removed, by the same caller and seen by another one.
 */
class HotQueriesIT {
    // What a replica finds is not kept until nothing that it depends on has changed for a window, 30 s.
    private static final Duration HOT_WITHIN = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int CALLS = 20;

    private final Api agent = Api.agent();
    private final Api other = Api.admin();
    private String agentId = "";

    @BeforeEach
    void anAgentThatRemembers() {
        new Databases().awaitWhole();
        await().atMost(HOT_WITHIN)
                .pollInterval(POLL)
                .until(() -> cache().path("state").asText().equals("used"));
        agentId = agent.newAgent();
        remember("Our cat sleeps on the piano all day.");
        agent.post(conversations(), object("title", "first")).is(201);
    }

    private String conversations() {
        return "/api/agents/" + agentId + "/conversations";
    }

    private String memories() {
        return "/api/memories?agentId=" + agentId;
    }

    private Answer remember(String text) {
        return agent.post("/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", text))
                .is(201);
    }

    private Answer search(Api caller, String... headers) {
        return caller.post(
                        "/api/memories/search",
                        object("query", "Where does the cat sleep?", "agentId", agentId, "limit", 5),
                        headers)
                .is(200);
    }

    private static List<String> texts(Answer found) {
        return found.json().path("items").findValuesAsText("text");
    }

    private static boolean isWithoutNode(Answer answer) {
        return answer.headers().firstValue("Holdfast-Node").isEmpty();
    }

    private JsonNode cache() {
        return other.get("/api/admin/cache").is(200).json();
    }

    private long nearHits(String query) {
        for (JsonNode each : cache().path("queries")) {
            if (each.path("query").asText().equals(query)) {
                return each.path("nearHits").asLong();
            }
        }
        return 0;
    }

    private void awaitHot() {
        await().atMost(HOT_WITHIN)
                .pollInterval(POLL)
                .until(() -> isWithoutNode(search(agent))
                        && isWithoutNode(agent.get(conversations()).is(200))
                        && isWithoutNode(agent.get(memories()).is(200)));
    }

    @Test
    void whatIsRepeatedAsksNoDatabaseAndIsNeverOld() {
        awaitHot();
        long searches = nearHits("memory-search-3");
        long lists = nearHits("conversations");
        for (int i = 0; i < CALLS; i++) {
            assertThat(texts(search(agent))).containsExactly("Our cat sleeps on the piano all day.");
            assertThat(agent.get(conversations()).is(200).json().path("items")).hasSize(1);
        }
        assertThat(nearHits("memory-search-3")).isGreaterThan(searches + CALLS / 2);
        assertThat(nearHits("conversations")).isGreaterThan(lists + CALLS / 2);
        assertThat(search(agent, "Holdfast-Consistency", "strong").header("Holdfast-Node"))
                .isEqualTo("primary");

        Answer kept = remember("The cat slept in the kitchen yesterday.");
        assertThat(texts(search(agent))).hasSize(2);
        assertThat(agent.get(memories()).is(200).json().path("items")).hasSize(2);
        assertThat(texts(search(other, "Holdfast-Token", kept.header("Holdfast-Token"))))
                .hasSize(2);

        String token =
                agent.post(conversations(), object("title", "second")).is(201).header("Holdfast-Token");
        assertThat(agent.get(conversations()).is(200).json().path("items")).hasSize(2);
        assertThat(other.get(conversations(), "Holdfast-Token", token)
                        .is(200)
                        .json()
                        .path("items"))
                .hasSize(2);

        String gone = agent.delete("/api/memories/" + kept.id()).is(204).header("Holdfast-Token");
        assertThat(texts(search(agent))).hasSize(1);
        assertThat(agent.get(memories()).is(200).json().path("items")).hasSize(1);
        assertThat(texts(search(other, "Holdfast-Token", gone))).hasSize(1);
    }

    @Test
    void aPageOfAnotherSizeOrTenantIsAnotherAnswer() {
        remember("A second cat sleeps on the first one.");
        awaitHot();
        JsonNode page = agent.get(memories() + "&limit=1").is(200).json();
        assertThat(page.path("items")).hasSize(1);
        JsonNode next = agent.get(
                        memories() + "&limit=1&cursor=" + page.path("next").asText())
                .is(200)
                .json();
        assertThat(next.path("items")).hasSize(1);
        assertThat(next.path("items").get(0)).isNotEqualTo(page.path("items").get(0));
        assertThat(next.path("next").isNull()).isTrue();
        Api stranger = Api.loggedIn(new Tenants().agentOfAnotherTenant());
        assertThat(texts(search(stranger))).isEmpty();
        assertThat(stranger.get(memories()).is(200).json().path("items")).isEmpty();
        stranger.get(conversations()).isProblem(404);
    }

    @Test
    void whatIsDeletedWithAnAgentIsInNoList() {
        awaitHot();
        agent.delete("/api/agents/" + agentId).is(204);
        assertThat(texts(search(agent))).isEmpty();
        assertThat(agent.get(memories()).is(200).json().path("items")).isEmpty();
        agent.get(conversations()).isProblem(404);
    }
}
