package org.holdfast.it.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.holdfast.it.RunningSystem;
import org.holdfast.memory.MiniLm;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * The application with an endpoint of ours that embeds, behind which is the model that it has itself. In an order, because
 * each change of the configuration costs a start; of one edition, because nothing of this is the server's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisabledIfSystemProperty(named = "holdfast.system", matches = "micro")
class EmbeddingEndpointIT {
    private static final List<String> TEXTS = List.of(
            "I took the train to Lisbon and swam in the ocean.",
            "My daughter is allergic to peanuts, so we read every label.",
            "The printer on the second floor is out of toner again.",
            "We painted the kitchen yellow and the hallway green.",
            "Our cat sleeps on the piano all day.");
    private static final String KEY = "key-of-a-test";
    private static final int LINES = 100;

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final EmbeddingModel model = MiniLm.load();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    /** How many texts each request had. */
    private final Queue<Integer> asked = new ConcurrentLinkedQueue<>();

    private volatile boolean isBusy;
    private HttpServer server;
    private Api agent = Api.anonymous();
    private String agentId = "";
    private List<JsonNode> foundInProcess = List.of();

    @BeforeAll
    void rememberInTheProcess() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/embeddings", this::answer);
        server.start();
        agent = Api.agent();
        agentId = agent.newAgent();
        batch(TEXTS);
        foundInProcess = search("holiday by the sea", "vector").items();
        assertThat(foundInProcess).hasSize(TEXTS.size());
    }

    @AfterAll
    void embedInTheProcessAgain() {
        system.restartApplication("");
        databases.awaitWhole();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        JsonNode request = Api.JSON.readTree(exchange.getRequestBody());
        boolean isKnown = ("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        int status = isBusy ? 503 : isKnown ? 200 : 401;
        ObjectNode answer =
                object("object", "list", "model", request.path("model").asText());
        if (status == 200) {
            asked.add(request.path("input").size());
            ArrayNode items = answer.putArray("data");
            for (JsonNode text : request.path("input")) {
                items.add(object(
                        "object",
                        "embedding",
                        "index",
                        items.size(),
                        "embedding",
                        model.embed(text.asText()).content().vector()));
            }
        }
        byte[] body = answer.toString().getBytes(UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void embedByTheEndpoint(String modelName) {
        system.restartApplication(String.join(
                " ",
                // What is kept was found with the same vectors, and would hide who makes them.
                "-Dholdfast.cache.enabled=false",
                "-Dholdfast.memory.embedder=http",
                "-Dholdfast.memory.endpoint-url=http://127.0.0.1:"
                        + server.getAddress().getPort() + "/v1",
                "-Dholdfast.memory.endpoint-model=" + modelName,
                "-Dholdfast.memory.endpoint-key=" + KEY,
                "-Dholdfast.memory.endpoint-texts=16"));
        databases.awaitWhole();
        agent = Api.agent();
    }

    private void batch(List<String> texts) {
        String lines = texts.stream()
                .map(text -> object("agentId", agentId, "kind", "CONTEXT", "text", text)
                        .toString())
                .collect(Collectors.joining("\n"));
        Answer stored =
                agent.text("POST", "/api/memories/batch", Api.LINES, lines).is(200);
        assertThat(stored.json().path("created").asInt()).isEqualTo(texts.size());
    }

    private Answer search(String query, String mode) {
        return agent.post("/api/memories/search", object("query", query, "agentId", agentId, "mode", mode));
    }

    @Test
    @Order(1)
    void theSameIsFoundAsInTheProcess() {
        embedByTheEndpoint("all-MiniLM-L6-v2");

        List<JsonNode> found = search("holiday by the sea", "vector").is(200).items();

        assertThat(asked).containsExactly(1);
        assertThat(found).hasSameSizeAs(foundInProcess);
        for (int i = 0; i < found.size(); i++) {
            assertThat(found.get(i).path("id")).isEqualTo(foundInProcess.get(i).path("id"));
            assertThat(found.get(i).path("score").asDouble())
                    .isCloseTo(foundInProcess.get(i).path("score").asDouble(), within(1e-5));
        }
    }

    @Test
    @Order(2)
    void aBatchIsEmbeddedInFullRequestsAndFound() {
        asked.clear();

        batch(IntStream.range(0, LINES).mapToObj(i -> "Note number " + i).toList());

        assertThat(asked)
                .hasSize(7)
                .contains(16)
                .allSatisfy(texts -> assertThat(texts).isBetween(1, 16));
        assertThat(asked.stream().mapToInt(Integer::intValue).sum()).isEqualTo(LINES);
        assertThat(search("Note number 42", "vector").is(200).items("text").get(0))
                .isEqualTo("Note number 42");
    }

    @Test
    @Order(3)
    void whatIsWrittenAndChangedOneByOneIsFound() {
        Answer made = agent.post(
                        "/api/memories",
                        object("agentId", agentId, "kind", "CONTEXT", "text", "The bicycle has a flat tyre."))
                .is(201);
        assertThat(search("Is the bike broken?", "vector").is(200).items("id").get(0))
                .isEqualTo(made.id());

        agent.put("/api/memories/" + made.id(), object("text", "The violin needs new strings."))
                .is(200);

        assertThat(search("repair of an instrument", "vector")
                        .is(200)
                        .items("id")
                        .get(0))
                .isEqualTo(made.id());
    }

    @Test
    @Order(4)
    void whileTheEndpointIsBusyOnlyWhatNeedsItWaits() {
        isBusy = true;
        try {
            Answer refused = search("never asked before", "vector").isProblem(503);

            assertThat(refused.text("category")).isEqualTo("connection");
            assertThat(refused.json().path("retryable").asBoolean()).isTrue();
            assertThat(refused.text("detail")).contains("the endpoint that embeds answered 503");
            assertThat(search("peanuts", "text").is(200).items("text")).containsExactly(TEXTS.get(1));
            agent.get("/api/memories?agentId=" + agentId).is(200);
        } finally {
            isBusy = false;
        }
        search("never asked before", "vector").is(200);
    }

    @Test
    @Order(5)
    void vectorsOfAnotherModelAreNeitherMadeNorAskedFor() {
        embedByTheEndpoint("some-other-model");
        asked.clear();

        for (Answer refused : List.of(
                search("holiday by the sea", "hybrid"),
                agent.post("/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "Never kept.")))) {
            refused.isProblem(409);
            assertThat(refused.text("detail"))
                    .contains("'all-MiniLM-L6-v2'", "'some-other-model'", "cannot be compared");
        }
        assertThat(asked).isEmpty();
        assertThat(Api.anonymous().get("/health/ready").is(200).body()).contains("some-other-model");
        assertThat(search("peanuts", "text").is(200).items("text")).containsExactly(TEXTS.get(1));
        agent.get("/api/memories?agentId=" + agentId).is(200);
    }
}
