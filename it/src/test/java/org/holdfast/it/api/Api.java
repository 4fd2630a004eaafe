package org.holdfast.it.api;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.holdfast.it.RunningSystem;

/** A caller of the API: with a token of its own or with none. */
final class Api {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String APPLICATION_JSON = "application/json";
    static final String LINES = "application/x-ndjson";

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration JOB_ENDS_WITHIN = Duration.ofSeconds(90);
    private static final Set<String> JOB_ENDED = Set.of("COMPLETED", "FAILED", "STOPPED", "ABANDONED");

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI base;
    private final String token;

    private Api(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /** Somebody who is not logged in. */
    static Api anonymous() {
        return new Api(RunningSystem.get().baseUri(), "");
    }

    /** Somebody who is not logged in and calls another system. */
    static Api anonymous(URI base) {
        return new Api(base, "");
    }

    static Api agent() {
        return loggedIn(RunningSystem.get().agent());
    }

    static Api admin() {
        return loggedIn(RunningSystem.get().admin());
    }

    static Api loggedIn(RunningSystem.Credentials who) {
        return anonymous()
                .withToken(anonymous().logIn(who.user(), who.password()).is(200).text("accessToken"));
    }

    /** A user at a system of the test's own. */
    static Api loggedIn(URI base, RunningSystem.Credentials who) {
        Api anonymous = new Api(base, "");
        return anonymous.withToken(
                anonymous.logIn(who.user(), who.password()).is(200).text("accessToken"));
    }

    Api withToken(String accessToken) {
        return new Api(base, accessToken);
    }

    String token() {
        return token;
    }

    URI base() {
        return base;
    }

    Answer logIn(String user, String password) {
        return post("/api/auth/login", object("username", user, "password", password));
    }

    /** Headers are names and values in turn, here and below. */
    Answer get(String path, String... headers) {
        return send("GET", path, BodyPublishers.noBody(), headers);
    }

    Answer delete(String path, String... headers) {
        return send("DELETE", path, BodyPublishers.noBody(), headers);
    }

    Answer post(String path, JsonNode body, String... headers) {
        return json("POST", path, body, headers);
    }

    Answer put(String path, JsonNode body, String... headers) {
        return json("PUT", path, body, headers);
    }

    Answer patch(String path, JsonNode body, String... headers) {
        return json("PATCH", path, body, headers);
    }

    private Answer json(String method, String path, JsonNode body, String... headers) {
        return text(method, path, APPLICATION_JSON, body.toString(), headers);
    }

    /** Sends a text as it is. */
    Answer text(String method, String path, String contentType, String body, String... headers) {
        return bytes(method, path, contentType, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer bytes(String method, String path, String contentType, byte[] body, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = contentType;
        return send(method, path, BodyPublishers.ofByteArray(body), all);
    }

    Answer send(String method, String path, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(DEADLINE).method(method, body);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        String line = method + " " + path;
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(line, response.statusCode(), response.headers(), response.body());
        } catch (IOException failure) {
            throw new AssertionError(line + " was not answered", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(line + " was interrupted", interrupted);
        }
    }

    /** A job, as it is now; for administrators and operators. */
    JsonNode job(String id) {
        return get("/api/admin/jobs/" + id).is(200).json();
    }

    /** A job that has ended. */
    JsonNode ended(String id) {
        return await().atMost(JOB_ENDS_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> job(id),
                        now -> JOB_ENDED.contains(now.path("status").asText()));
    }

    /** Makes an agent with a name that nobody else has. */
    String newAgent() {
        return post("/api/agents", object("name", unique("agent"))).is(201).id();
    }

    /** A value of a query or of a path, safe to put there. */
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A name that no other test uses. */
    static String unique(String what) {
        return what + "-" + UUID.randomUUID();
    }

    /** An object of names and values in turn; a value may be what {@link Map} values of JSON may be. */
    static ObjectNode object(Object... namesAndValues) {
        ObjectNode object = JSON.createObjectNode();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.set(String.format(Locale.ROOT, "%s", namesAndValues[i]), JSON.valueToTree(namesAndValues[i + 1]));
        }
        return object;
    }

    static ArrayNode array(Object... values) {
        return JSON.valueToTree(values);
    }
}
