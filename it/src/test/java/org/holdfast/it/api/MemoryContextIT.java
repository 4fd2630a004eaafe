package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemoryContextIT {
    private static final String PATH = "/api/memories/context";
    private static final List<String> TALK = List.of(
            "Good morning, how was your weekend?",
            "I took the train to Lisbon and swam in the ocean.",
            "Was the water cold?",
            "My daughter is allergic to peanuts, so we read every label.",
            "Since when?",
            "She had a rash after eating peanuts two years ago.",
            "The printer on the second floor is out of toner again.",
            "Remind me to renew the car insurance before March.",
            "We painted the kitchen yellow and the hallway green.");

    private Api agent = Api.anonymous();
    private String agentId = "";
    private String conversation = "";

    @BeforeAll
    void rememberATalk() {
        agent = Api.agent();
        agentId = agent.newAgent();
        conversation = Api.unique("talk");
        store(IntStream.range(0, TALK.size())
                .mapToObj(i -> object(
                        "agentId",
                        agentId,
                        "conversation",
                        conversation,
                        "turn",
                        i,
                        "speaker",
                        i % 2 == 0 ? "Ann" : "Bob",
                        "at",
                        "2026-01-31T10:00:0" + i + "Z",
                        "text",
                        TALK.get(i),
                        "tags",
                        List.of(i == 3 || i == 5 ? "health" : "talk")))
                .toList());
        store(List.of(
                object(
                        "agentId",
                        agentId,
                        "kind",
                        "PREFERENCE",
                        "text",
                        "Prefers almond milk to anything with peanuts."),
                object("agentId", agentId, "kind", "CONTEXT", "text", TALK.get(3))));
    }

    private void store(List<ObjectNode> memories) {
        String lines = memories.stream().map(ObjectNode::toString).collect(Collectors.joining("\n"));
        Answer stored =
                agent.text("POST", "/api/memories/batch", Api.LINES, lines).is(200);
        assertThat(stored.json().path("created").asInt()).as("%s", stored).isEqualTo(memories.size());
    }

    private ObjectNode question(int tokens) {
        return object("query", "Who is allergic to peanuts?", "agentId", agentId, "tokens", tokens);
    }

    private JsonNode context(ObjectNode question) {
        return agent.post(PATH, question).is(200).json();
    }

    private static List<String> ids(JsonNode context) {
        List<String> ids = new ArrayList<>();
        context.path("passages")
                .forEach(passage -> passage.path("memories").forEach(memory -> ids.add(memory.asText())));
        return ids;
    }

    @Test
    void theBestPassagesComeWithTheirSourcesReadyForAPrompt() {
        JsonNode context = context(question(1000).put("conversation", conversation));

        JsonNode best = context.path("passages").get(0);
        assertThat(best.path("text").asText())
                .contains("Bob: " + TALK.get(3) + "\nAnn: " + TALK.get(4) + "\nBob: " + TALK.get(5));
        assertThat(best.path("conversation").asText()).isEqualTo(conversation);
        assertThat(best.path("from").asInt(99)).isLessThanOrEqualTo(3);
        assertThat(best.path("to").asInt()).isGreaterThanOrEqualTo(5);
        assertThat(best.path("at").asText()).startsWith("2026-01-31T10:00:0");
        assertThat(best.path("score").isNumber()).isTrue();
        assertThat(best.path("agentId").asText()).isEqualTo(agentId);
        String third = ids(context).get(3 - best.path("from").asInt());
        assertThat(agent.get("/api/memories/" + third).is(200).text("text")).isEqualTo(TALK.get(3));
        assertThat(context.path("text").asText())
                .startsWith("[1] 2026-01-31\n" + best.path("text").asText());
        assertThat(context.path("tokens").asInt()).isBetween(30, 1000);
        assertThat(context.path("tookMillis").asDouble()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 30, 60, 120, 100_000})
    void theBudgetIsKeptAndNothingIsSaidTwice(int tokens) {
        JsonNode context = context(question(tokens));

        assertThat(context.path("tokens").asInt()).isLessThanOrEqualTo(tokens);
        assertThat(ids(context)).doesNotHaveDuplicates();
        String text = context.path("text").asText();
        assertThat(text.split(" allergic to ", -1)).hasSizeLessThanOrEqualTo(2);
        if (tokens >= 60) {
            assertThat(text).contains(TALK.get(3));
        }
        if (tokens == 100_000) {
            assertThat(text).contains(TALK).contains("almond milk");
        }
        // Again: from the cache.
        assertThat(context(question(tokens)).path("text").asText()).isEqualTo(text);
    }

    @Test
    void whatStandsAroundIsOfTheScopeToo() {
        JsonNode tagged = context(question(1000).<ObjectNode>set("tags", Api.array("health")));
        JsonNode preferences = context(question(1000).put("kind", "PREFERENCE"));
        JsonNode nothing = context(question(1000).put("conversation", Api.unique("none")));

        assertThat(tagged.path("text").asText())
                .contains(TALK.get(3), TALK.get(5))
                .doesNotContain(TALK.get(4));
        assertThat(tagged.path("passages")).hasSize(1);
        assertThat(preferences.path("text").asText()).contains("almond").doesNotContain("Bob");
        assertThat(preferences.path("passages").get(0).path("from").isMissingNode())
                .isTrue();
        assertThat(nothing.path("text").asText("?")).isEmpty();
        assertThat(nothing.path("passages")).isEmpty();
        assertThat(nothing.path("tokens").asInt(-1)).isZero();
    }

    @Test
    void whatIsRemovedIsNotToldAnyMore() {
        String other = agent.newAgent();
        store(IntStream.range(0, 3)
                .mapToObj(i -> object(
                        "agentId", other, "conversation", "short", "turn", i, "text", "Turn " + i + " of the harvest"))
                .toList());
        ObjectNode question = object("query", "harvest", "agentId", other, "tokens", 500);
        String last = ids(context(question)).get(2);

        agent.delete("/api/memories/" + last).is(204);

        assertThat(ids(context(question))).hasSize(2).doesNotContain(last);
    }

    @Test
    void theLastOfAllTurnsHasANeighbourToo() {
        String other = agent.newAgent();
        store(List.of(object(
                "agentId", other, "conversation", "c", "turn", Integer.MAX_VALUE, "text", "The last of all harvests")));

        assertThat(ids(context(object("query", "harvest", "agentId", other, "tokens", 500))))
                .hasSize(1);
    }

    @Test
    void nonsenseIsRefused() {
        for (int tokens : new int[] {15, 0, -1, 100_001, Integer.MAX_VALUE}) {
            assertThat(agent.post(PATH, question(tokens)).isProblem(400).text("detail"))
                    .contains("'tokens' is " + tokens)
                    .contains("16 to 100000");
        }
        assertThat(agent.post(PATH, object("query", "q")).isProblem(400).text("detail"))
                .contains("'tokens' is missing");
        agent.post(PATH, question(100).put("query", " ")).isProblem(400);
        agent.post(PATH, question(100).put("limit", 5)).isProblem(400);
        agent.post(PATH, question(100).put("mode", "fuzzy")).isProblem(400);
        agent.post(PATH, question(100).put("kind", "OTHER")).isProblem(400);
    }
}
