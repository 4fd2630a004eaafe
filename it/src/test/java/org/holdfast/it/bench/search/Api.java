package org.holdfast.it.bench.search;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.holdfast.it.RunningSystem;

/** A user of the application. Thread-safe. */
final class Api {
    /** Writes ASCII alone, whose characters are its bytes. */
    static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI base;
    private final RunningSystem.Credentials who;
    private volatile String token = "";

    Api(URI base, RunningSystem.Credentials who) {
        this.base = base;
        this.who = who;
    }

    /** A token that is as new as can be. */
    String logIn() throws IOException, InterruptedException {
        String body = JSON.createObjectNode()
                .put("username", who.user())
                .put("password", who.password())
                .toString();
        HttpRequest request = HttpRequest.newBuilder(base.resolve("/api/auth/login"))
                .timeout(DEADLINE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("log-in of " + who.user() + ": " + answer.statusCode() + " " + answer.body());
        }
        token = JSON.readTree(answer.body()).path("accessToken").asText();
        return token;
    }

    JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send("POST", path, "application/json", BodyPublishers.ofString(body.toString()));
    }

    JsonNode post(String path, String contentType, String body) throws IOException, InterruptedException {
        return send("POST", path, contentType, BodyPublishers.ofString(body, StandardCharsets.UTF_8));
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return send("GET", path, "application/json", BodyPublishers.noBody());
    }

    private JsonNode send(String method, String path, String contentType, BodyPublisher body)
            throws IOException, InterruptedException {
        if (token.isEmpty()) {
            String unused = logIn();
        }
        HttpResponse<String> answer = once(method, path, contentType, body);
        if (answer.statusCode() == 401) {
            // Tokens end after some minutes.
            String unused = logIn();
            answer = once(method, path, contentType, body);
        }
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> once(String method, String path, String contentType, BodyPublisher body)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(base.resolve(path))
                        .timeout(DEADLINE)
                        .header("Content-Type", contentType)
                        .header("Authorization", "Bearer " + token)
                        .method(method, body)
                        .build(),
                BodyHandlers.ofString());
    }
}
