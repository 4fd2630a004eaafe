package org.holdfast.it.browser;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Pattern;
import org.holdfast.it.RunningSystem;

/** Puts an agent and its memories into the system through the API, so that the page has something to show. */
final class Memories {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(DEADLINE).build();
    private final URI base;
    private final String accessToken;
    private final String agentId;

    /** Logs in and creates an agent of that name. */
    Memories(RunningSystem system, String agentName) throws IOException, InterruptedException {
        this.base = system.baseUri();
        var user = system.agent();
        this.accessToken = valueOf(
                "accessToken",
                post(
                        "/api/auth/login",
                        "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(user.user(), user.password()),
                        ""));
        this.agentId = valueOf("id", post("/api/agents", "{\"name\":\"%s\"}".formatted(agentName), accessToken));
    }

    /** @param text must need no escaping in JSON */
    void remember(String conversation, String text) throws IOException, InterruptedException {
        String memory = """
                {"agentId":"%s","kind":"CONVERSATION","conversation":"%s","speaker":"user","text":"%s"}""".formatted(agentId, conversation, text);
        post("/api/memories", memory, accessToken);
    }

    private String post(String path, String json, String token) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(DEADLINE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IllegalStateException(
                    "POST %s answered %d: %s".formatted(path, response.statusCode(), response.body()));
        }
        return response.body();
    }

    private static String valueOf(String field, String json) {
        var found =
                Pattern.compile("\"%s\"\\s*:\\s*\"([^\"]+)\"".formatted(field)).matcher(json);
        if (!found.find()) {
            throw new IllegalStateException("no %s in %s".formatted(field, json));
        }
        return found.group(1);
    }
}
