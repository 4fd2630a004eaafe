package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A cheap model behind an endpoint of OpenAI's protocol: a text's vector is the sum of its words', which are at random. Texts with words
 * in common are near each other; it means nothing else.
 */
final class WordVectors implements AutoCloseable {
    static final String MODEL = "words";

    private static final int DIMENSIONS = 384;

    private final Map<String, float[]> words = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final HttpServer server;

    WordVectors() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/embeddings", this::answer);
        server.start();
    }

    /** What an application needs to be told to use it. */
    String options() {
        return "-Dholdfast.memory.embedder=http -Dholdfast.memory.endpoint-url=http://127.0.0.1:"
                + server.getAddress().getPort() + "/v1 -Dholdfast.memory.endpoint-model=" + MODEL;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode request = Api.JSON.readTree(exchange.getRequestBody());
            ObjectNode answer = Api.JSON.createObjectNode().put("object", "list");
            ArrayNode items = answer.putArray("data");
            for (JsonNode text : request.path("input")) {
                ArrayNode numbers =
                        items.addObject().put("index", items.size() - 1).putArray("embedding");
                for (float number : vector(text.asText())) {
                    numbers.add(Math.round(number * 1_000) / 1_000f);
                }
            }
            byte[] body = Api.JSON.writeValueAsBytes(answer);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private float[] vector(String text) {
        float[] sum = new float[DIMENSIONS];
        for (String word : text.split("\\W+", -1)) {
            float[] vector = words.computeIfAbsent(word, WordVectors::ofWord);
            for (int i = 0; i < DIMENSIONS; i++) {
                sum[i] += vector[i];
            }
        }
        return sum;
    }

    private static float[] ofWord(String word) {
        SplittableRandom random = new SplittableRandom(word.hashCode());
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) random.nextDouble(-1, 1);
        }
        return vector;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
