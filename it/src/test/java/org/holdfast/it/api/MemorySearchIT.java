package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemorySearchIT {
    private static final List<String> TALK = List.of(
            "Good morning, how was your weekend?",
            "I took the train to Lisbon and swam in the ocean.",
            "My daughter is allergic to peanuts, so we read every label.",
            "The printer on the second floor is out of toner again.",
            "Remind me to renew the car insurance before March.",
            "We painted the kitchen yellow and the hallway green.",
            "The quarterly budget was cut by eleven percent.",
            "Our cat sleeps on the piano all day.");
    private static final String ALLERGY = TALK.get(2);

    private Api agent = Api.anonymous();
    private String agentId = "";
    private String conversation = "";
    private String tellers = "";

    @BeforeAll
    void rememberATalk() {
        agent = Api.agent();
        agentId = agent.newAgent();
        tellers = agent.newAgent();
        conversation = Api.unique("talk");
        String lines = IntStream.range(0, TALK.size())
                .mapToObj(i -> object(
                                "agentId",
                                agentId,
                                "kind",
                                "CONVERSATION",
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
                                i == 2 ? List.of("health", "family") : List.of("talk"))
                        .toString())
                .collect(Collectors.joining("\n"));
        Answer stored =
                agent.text("POST", "/api/memories/batch", Api.LINES, lines).is(200);
        assertThat(stored.json().path("created").asInt()).isEqualTo(TALK.size());
        agent.post(
                        "/api/memories",
                        object(
                                "agentId",
                                agentId,
                                "kind",
                                "PREFERENCE",
                                "text",
                                "Prefers almond milk because of the peanuts in other drinks.",
                                "tags",
                                List.of("family")))
                .is(201);
    }

    private ObjectNode query(String text, String mode) {
        return object("query", text, "agentId", agentId, "mode", mode);
    }

    private Answer search(ObjectNode query) {
        return agent.post("/api/memories/search", query).is(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "vector", "hybrid"})
    void aQuestionInPlainWordsFindsTheTurnThatAnswersIt(String mode) {
        Answer found = search(query("Is anybody in the family allergic to peanuts?", mode));

        assertThat(found.items("text").get(0)).isEqualTo(ALLERGY);
    }

    @Test
    void aQuestionThatSharesOnlySomeWordsFindsItByText() {
        Answer found = search(query("Which colour did you paint the kitchen last summer in Norway?", "text"));

        assertThat(found.items("text")).contains(TALK.get(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"vector", "hybrid"})
    void meaningIsFoundWithoutACommonWord(String mode) {
        Answer found = search(query("holiday by the sea", mode));

        assertThat(found.items("text").subList(0, 2)).contains(TALK.get(1));
    }

    @Test
    void anAnswerIsFoundByTheWordsOfTheQuestionBeforeIt() {
        String talk = remember(
                "2026-02-01T10:00:00Z", "Ann: Which instrument do you play?", "Bob: The cello, since I was six.");

        Answer found = search(object("query", "instrument", "mode", "text", "conversation", talk));

        assertThat(found.items("turn")).containsExactly("0", "1");
    }

    @Test
    void wordsOfAnotherDayLendNothing() {
        String talk = remember("2026-02-01T10:00:00Z", "Ann: Which instrument do you play?");
        rememberMore(talk, 1, "2026-02-02T10:00:00Z", "Bob: Good morning, did you sleep well?");

        Answer found = search(object("query", "instrument", "mode", "text", "conversation", talk));

        assertThat(found.items("turn")).containsExactly("0");
    }

    @Test
    void whoSaidItCountsWhereTheQuestionNamesSomebody() {
        String talk = remember(
                "2026-02-01T10:00:00Z",
                "Ann: I go sailing in summer, do you, Bob?",
                "Cid: Lunch is at noon.",
                "Cid: The bus is late.",
                "Cid: It rains.",
                "Bob: I go sailing in winter.",
                "Cid: So it goes.");

        Answer found = search(object("query", "When does Bob go sailing?", "mode", "text", "conversation", talk));

        assertThat(found.items("turn").get(0)).isEqualTo("4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What did we cook on 8 May 2026? | 2",
                "What did we cook on the 8th of May? | 2",
                "What did we cook on 2026-05-08? | 2",
                "What did we cook on May 11th? | 2",
                "What did we cook in January 2026? | 1",
                "What did we cook in 2025? | 0"
            })
    void theDateOfATurnCountsWhereTheQuestionNamesOne(String question, String first) {
        String talk = remember("2025-01-08T10:00:00Z", "Ann: I cook soup.");
        rememberMore(talk, 1, "2026-01-20T10:00:00Z", "Ann: I cook fish.");
        rememberMore(talk, 2, "2026-05-08T23:59:00Z", "Ann: I cook rice.");
        rememberMore(talk, 3, "2026-06-20T10:00:00Z", "Ann: I cook beans.");

        Answer found = search(object("query", question, "mode", "text", "conversation", talk));

        assertThat(found.items("turn").get(0)).isEqualTo(first);
    }

    @Test
    void whoAsksWhenIsToldATimeRatherThanWhatIsMostLikeTheQuestion() {
        String talk = remember("2026-02-01T10:00:00Z", "Ann: I did move, and how.");
        rememberMore(talk, 1, "2026-03-01T10:00:00Z", "Ann: I did move last year.");
        rememberMore(talk, 2, "2026-04-01T10:00:00Z", "Ann: Fish for lunch again, please.");

        Answer found = search(
                object("query", "When did Ann move?", "conversation", talk).put("explain", true));

        assertThat(found.items("turn").get(0)).isEqualTo("1");
        assertThat(found.items().stream()
                        .map(item -> item.path("explain").path("answerShare").asDouble() > 0))
                .containsExactly(true, false, false);
    }

    private String remember(String at, String... turns) {
        String talk = Api.unique("talk");
        rememberMore(talk, 0, at, turns);
        return talk;
    }

    private void rememberMore(String talk, int first, String at, String... turns) {
        String lines = IntStream.range(0, turns.length)
                .mapToObj(i -> object(
                                "agentId",
                                tellers,
                                "kind",
                                "CONVERSATION",
                                "conversation",
                                talk,
                                "turn",
                                first + i,
                                "speaker",
                                turns[i].substring(0, turns[i].indexOf(':')),
                                "at",
                                at,
                                "text",
                                turns[i].substring(turns[i].indexOf(':') + 2))
                        .toString())
                .collect(Collectors.joining("\n"));
        agent.text("POST", "/api/memories/batch", Api.LINES, lines).is(200);
    }

    @Test
    void hybridIsWhatHappensWhenNothingIsSaid() {
        ObjectNode unsaid = object("query", "allergic to peanuts", "agentId", agentId);

        assertThat(search(unsaid).items("id"))
                .isEqualTo(search(query("allergic to peanuts", "hybrid")).items("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "vector", "hybrid"})
    void aFoundMemoryCarriesItsSource(String mode) {
        Answer found = search(query("allergic to peanuts", mode));

        JsonNode best = found.items().get(0);
        assertThat(best.path("text").asText()).isEqualTo(ALLERGY);
        assertThat(UUID.fromString(best.path("id").asText())).isNotNull();
        assertThat(best.path("conversation").asText()).isEqualTo(conversation);
        assertThat(best.path("turn").asInt(-1)).isEqualTo(2);
        assertThat(best.path("speaker").asText()).isEqualTo("Ann");
        assertThat(best.path("at").asText()).isEqualTo("2026-01-31T10:00:02Z");
        assertThat(found.json().path("tookMillis").isNumber()).isTrue();
        assertThat(found.json().path("tookMillis").asDouble()).isPositive();
        List<Double> scores = found.items().stream()
                .map(item -> item.path("score").asDouble())
                .toList();
        assertThat(scores).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "vector", "hybrid"})
    void theScopeNarrowsWhatIsFound(String mode) {
        String other = agent.newAgent();
        ObjectNode allergic = query("peanuts", mode);

        assertThat(search(allergic.deepCopy().put("agentId", other)).items()).isEmpty();
        assertThat(search(allergic.deepCopy().put("kind", "PREFERENCE")).items("kind"))
                .containsExactly("PREFERENCE");
        assertThat(search(allergic.deepCopy().put("conversation", conversation)).items("text"))
                .contains(ALLERGY)
                .noneMatch(text -> text.startsWith("Prefers"));
        assertThat(search(allergic.deepCopy().put("conversation", Api.unique("none")))
                        .items())
                .isEmpty();
        assertThat(search(allergic.deepCopy().set("tags", Api.array("family"))).items())
                .hasSize(2);
        assertThat(search(allergic.deepCopy().set("tags", Api.array("family", "health")))
                        .items("text"))
                .containsExactly(ALLERGY);
        assertThat(search(allergic.deepCopy().set("tags", Api.array("family", Api.unique("none"))))
                        .items())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SPEED", "BALANCED", "QUALITY"})
    void everyQualityFindsTheAnswer(String quality) {
        for (String mode : List.of("text", "vector", "hybrid")) {
            Answer found = search(query("Is anybody allergic to peanuts?", mode).put("quality", quality));

            assertThat(found.items("text").get(0)).as(mode).isEqualTo(ALLERGY);
        }
    }

    @Test
    void aSearchTellsWhatItsScoresAreMadeOfWhereItIsAsked() {
        for (JsonNode item : search(query("allergic to peanuts", "hybrid").put("explain", true))
                .items()) {
            JsonNode explain = item.path("explain");
            assertThat((explain.path("wordsShare").asDouble()
                                    + explain.path("meaningShare").asDouble()
                                    + explain.path("answerShare").asDouble())
                            * explain.path("kept").asDouble())
                    .isCloseTo(item.path("score").asDouble(), within(1e-9));
            assertThat(explain.path("words").asDouble()).isNotNegative();
            assertThat(explain.path("meaning").asDouble()).isBetween(-1.0, 1.0);
        }
        assertThat(search(query("allergic to peanuts", "hybrid")).items())
                .isNotEmpty()
                .noneMatch(item -> item.has("explain"));
    }

    @Test
    void theLimitBoundsTheAnswer() {
        assertThat(search(query("the weekend", "vector").put("limit", 1)).items())
                .hasSize(1);
        assertThat(search(query("the weekend", "vector").put("limit", 3)).items())
                .hasSize(3);
        assertThat(search(query("the weekend", "vector").put("limit", 100)).items())
                .hasSize(TALK.size() + 1);
        for (int limit : new int[] {0, -1, 101, 1_000_000, Integer.MAX_VALUE}) {
            agent.post("/api/memories/search", query("q", "text").put("limit", limit))
                    .isProblem(400);
        }
    }

    @Test
    void tenAreAnsweredWhenNothingIsSaid() {
        String many = agent.newAgent();
        String lines = IntStream.range(0, 15)
                .mapToObj(i -> object("agentId", many, "kind", "CONTEXT", "text", "Apple number " + i)
                        .toString())
                .collect(Collectors.joining("\n"));
        agent.text("POST", "/api/memories/batch", Api.LINES, lines).is(200);

        assertThat(search(object("query", "apple", "agentId", many)).items()).hasSize(10);
    }

    @Test
    void aQueryOfStopWordsAloneFindsNothingByTextAndDoesNotFail() {
        assertThat(search(query("the and of to", "text")).items()).isEmpty();
        search(query("the and of to", "hybrid"));
        search(query("the and of to", "vector"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "peanuts & !allergic | (",
                "'; drop table memory.memory; --",
                "\"peanuts\" OR 1=1",
                "$.store..book[*]",
                "peanuts:*",
                "<->",
                "\\",
                "'",
                "%",
                "_",
                "{}",
                "🦆",
                "\u200b.",
                "?",
                "a ? b",
                "::jsonpath"
            })
    void operatorsOfOtherLanguagesAreJustWords(String text) {
        for (String mode : List.of("text", "vector", "hybrid")) {
            search(query(text, mode));
        }
    }

    @Test
    void whatIsNoModeOrQualityIsRefused() {
        for (Map.Entry<String, String> bad :
                Map.of("mode", "fuzzy", "quality", "BEST", "kind", "OTHER").entrySet()) {
            agent.post("/api/memories/search", object("query", "q", bad.getKey(), bad.getValue()))
                    .isProblem(400);
        }
    }

    @Test
    void aLongQueryIsAnsweredOrRefusedButNotCut() {
        search(query("peanuts ".repeat(300), "hybrid"));
        agent.post("/api/memories/search", query("peanuts ".repeat(12_500), "hybrid"))
                .isProblem(400);
    }
}
