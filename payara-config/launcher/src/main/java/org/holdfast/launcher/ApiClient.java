package org.holdfast.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Calls of the application's own API as one user: logs in by itself, also again when its token has expired, and repeats
 * what the server says may be repeated, within bounds. Safe for use by several threads.
 */
final class ApiClient {
    private static final int ATTEMPTS_MAX = 8;
    private static final Duration WAIT_FIRST = Duration.ofMillis(500);
    private static final Duration WAIT_MAX = Duration.ofSeconds(15);
    private static final Duration ANSWER_MAX = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final String base;
    private final String user;
    private final String password;
    private volatile String token = "";

    ApiClient(String base, String user, String password) {
        this.base = base;
        this.user = user;
        this.password = password;
    }

    /** Fails with a line that says what to do when there is no server or it does not know the user. */
    void logIn() {
        String credentials = JSON.createObjectNode()
                .put("username", user)
                .put("password", password)
                .toString();
        HttpResponse<String> answer;
        try {
            answer = send("/api/auth/login", "application/json", credentials.getBytes(StandardCharsets.UTF_8), "");
        } catch (IOException e) {
            throw new LauncherException("no Holdfast answers at " + base + "; run ./holdfast up first", e);
        }
        if (answer.statusCode() != 200) {
            throw new LauncherException("log-in as " + user + " at " + base + " failed: " + describe(answer));
        }
        token = read(answer).path("accessToken").asText();
    }

    /** The answer's body; a refusal and a server that stays away throw with what the server said. */
    JsonNode post(String path, String contentType, byte[] body) {
        String problem = "";
        Duration wait = WAIT_FIRST;
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            String used = token;
            try {
                HttpResponse<String> answer = send(path, contentType, body, used);
                if (answer.statusCode() / 100 == 2) {
                    return read(answer);
                }
                problem = describe(answer);
                if (answer.statusCode() == 401) {
                    renew(used);
                } else if (!isRetryable(answer)) {
                    throw new LauncherException("the server refused " + path + ": " + problem);
                }
            } catch (IOException e) {
                problem = "connection lost (" + e.getMessage() + ")";
            }
            Waiting.pause(wait);
            wait = wait.multipliedBy(2).compareTo(WAIT_MAX) < 0 ? wait.multipliedBy(2) : WAIT_MAX;
        }
        throw new LauncherException("the server at " + base + " does not serve " + path + " after " + ATTEMPTS_MAX
                + " attempts: " + problem);
    }

    // Several requests find the token expired at once: the first one renews it for all.
    private synchronized void renew(String expired) {
        if (token.equals(expired)) {
            logIn();
        }
    }

    private HttpResponse<String> send(String path, String contentType, byte[] body, String bearer) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(ANSWER_MAX)
                .header("Content-Type", contentType)
                .header("Accept", "application/json, application/problem+json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (!bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted", e);
        }
    }

    private static boolean isRetryable(HttpResponse<String> answer) {
        int status = answer.statusCode();
        // A server that is starting answers 404 for an application that is not deployed yet, and not in our form.
        return status == 429
                || status == 503
                || (status == 404 && problem(answer).isEmpty())
                || (status >= 400 && problem(answer).path("retryable").asBoolean(false));
    }

    private static String describe(HttpResponse<String> answer) {
        JsonNode problem = problem(answer);
        String detail = problem.path("detail").asText(problem.path("title").asText(""));
        return "HTTP " + answer.statusCode() + (detail.isEmpty() ? "" : ", " + detail);
    }

    private static JsonNode problem(HttpResponse<String> answer) {
        try {
            JsonNode body = JSON.readTree(answer.body());
            return body == null ? JSON.createObjectNode() : body;
        } catch (JsonProcessingException notJson) {
            return JSON.createObjectNode();
        }
    }

    private static JsonNode read(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (JsonProcessingException e) {
            throw new LauncherException("the server's answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
