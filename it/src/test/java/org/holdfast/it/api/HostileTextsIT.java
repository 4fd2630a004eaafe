package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.holdfast.it.api.BodyCalls.Case;
import org.holdfast.it.api.BodyCalls.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts that mean something to a database, a template or a page are texts, wherever they are sent. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTextsIT {
    private final LoggedErrors errors = LoggedErrors.fromNow();
    private final BodyCalls calls = new BodyCalls();
    private final Api agent = calls.agent();
    private final Tenants database = new Tenants();

    @AfterAll
    void nothingOfItIsLoggedAsAFaultOfOurs() throws IOException {
        errors.assertNone();
    }

    private Stream<Case> hostileTexts() {
        return calls.everyField((name, kind) -> kind.isText()
                ? BodyCalls.HOSTILE.stream()
                        .map(text -> Api.JSON.valueToTree(text).toString())
                        .toList()
                : kind == Kind.TEXTS
                        ? BodyCalls.HOSTILE.stream()
                                .map(text -> Api.array(text).toString())
                                .toList()
                        : List.of());
    }

    @ParameterizedTest
    @MethodSource("hostileTexts")
    void hostileTexts(Case hostile) throws IOException {
        JsonNode sent = Api.JSON.readTree(hostile.body());
        String conversation = sent.path("conversation").asText();
        boolean isMemory = hostile.call().path().equals("/api/memories");
        if (isMemory) {
            ((ObjectNode) sent).put("id", UUID.randomUUID().toString());
        }
        if (isMemory
                && conversation.equals(
                        hostile.call().good().path("conversation").asText())) {
            // Each needs a turn of its own.
            ((ObjectNode) sent).put("conversation", Api.unique("chat"));
        } else if (hostile.call().path().endsWith("/conversations")) {
            ((ObjectNode) sent).put("externalId", sent.path("externalId").asText() + UUID.randomUUID());
        } else if (hostile.call().path().equals("/api/agents")) {
            ((ObjectNode) sent).put("name", sent.path("name").asText() + UUID.randomUUID());
        }

        Answer answer =
                calls.send(hostile.call(), Api.APPLICATION_JSON, sent.toString().getBytes(StandardCharsets.UTF_8));

        answer.showsNothingOfTheInside();
        assertThat(answer.status()).as("%s", answer).isLessThan(500);
        if (answer.status() >= 400) {
            answer.isProblem(answer.status());
        } else if (!answer.body().isEmpty() && !hostile.call().path().matches(".*/(search|context|nearest|forget)")) {
            hostile.call().fields().forEach((name, kind) -> {
                if (kind.isText() && sent.has(name)) {
                    assertThat(answer.json().path(name))
                            .as("%s of %s", name, answer)
                            .isEqualTo(sent.path(name));
                }
            });
        }
    }

    @Test
    void hostileTextsAreKeptAsTheyAre() {
        for (String text : BodyCalls.HOSTILE) {
            Answer made = agent.post(
                            "/api/memories",
                            object(
                                    "agentId",
                                    calls.agentId(),
                                    "kind",
                                    "CONTEXT",
                                    "text",
                                    text,
                                    "speaker",
                                    text,
                                    "conversation",
                                    text,
                                    "tags",
                                    List.of(text),
                                    "metadata",
                                    Map.of(text, text)))
                    .is(201);

            JsonNode read = agent.get("/api/memories/" + made.id()).is(200).json();
            assertThat(read.path("text").textValue()).isEqualTo(text);
            assertThat(read.path("speaker").textValue()).isEqualTo(text);
            assertThat(read.path("conversation").textValue()).isEqualTo(text);
            assertThat(read.path("tags")).isEqualTo(Api.array(text));
            assertThat(read.path("metadata").path(text).textValue()).isEqualTo(text);
            assertThat(agent.get("/api/memories?agentId=" + calls.agentId() + "&conversation=" + Api.encoded(text))
                            .is(200)
                            .items("id"))
                    .contains(made.id());
        }
        assertThat(database.count(
                        "select count(*) from memory.memory where agent_id = ?", UUID.fromString(calls.agentId())))
                .isGreaterThanOrEqualTo(BodyCalls.HOSTILE.size());
    }

    @Test
    void hostileQueryParametersAndPathsAreNotInterpreted() {
        for (String text : BodyCalls.HOSTILE) {
            String value = Api.encoded(text);
            assertThat(agent.get("/api/memories?conversation=" + value + "&agentId=" + UUID.randomUUID())
                            .is(200)
                            .items())
                    .isEmpty();
            agent.get("/api/memories?kind=" + value).isProblem(400);
            agent.get("/api/memories?agentId=" + value).isProblem(400);
            if (!text.contains("/") && !text.contains("\\")) {
                for (String path : List.of("/api/agents/", "/api/conversations/", "/api/memories/", "/api/runs/")) {
                    Answer answer = agent.get(path + value);
                    assertThat(answer.status()).as("%s", answer).isIn(400, 404);
                    answer.isProblem(answer.status());
                }
            }
        }
    }

    @Test
    void hostileHeadersAreRefusedOrIgnored() {
        for (String text : BodyCalls.HOSTILE) {
            String value = text.replaceAll("[\\r\\n]", " ");
            agent.get("/api/agents", "Holdfast-Token", value).isProblem(400);
            agent.get("/api/agents", "Holdfast-Consistency", value).isProblem(400);
            agent.get("/api/agents", "Holdfast-Durability", value).isProblem(400);
            agent.patch("/api/agents/" + calls.agentId(), object(), "If-Match", value)
                    .isProblem(412);
        }
        agent.post("/api/agents", object("name", Api.unique("agent")), "Idempotency-Key", "x".repeat(201))
                .isProblem(400);
    }
}
