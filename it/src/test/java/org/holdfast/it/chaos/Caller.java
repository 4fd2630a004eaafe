package org.holdfast.it.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends requests as one user, each within a deadline, and takes whatever comes back, also nothing. Of several instances it
 * stays with one until that answers with 5xx or not at all, as behind a load balancer; a request is sent once all the same.
 * Logs in again when its token is no longer taken. Thread-safe.
 */
final class Caller {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final String LOGIN = "/api/auth/login";
    static final Duration DEADLINE = Duration.ofSeconds(10);

    /** The status of a request that never left: nobody listened. */
    static final int NOT_SENT = -1;

    /** The status of a request without an answer. */
    static final int NO_ANSWER = 0;

    /**
     * What came back.
     *
     * @param headers of {@code Holdfast-}, by the rest of their names in lower case
     * @param note why there is no answer; else empty
     */
    record Reply(int status, Map<String, String> headers, JsonNode body, String note) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean isSuccess() {
            return status == 200 || status == 201;
        }

        String category() {
            return body.path("category").asText("");
        }

        /** For people. */
        String brief() {
            return switch (status) {
                case NOT_SENT, NO_ANSWER -> note;
                default ->
                    isSuccess()
                            ? "" + status
                            : status + " " + category() + " "
                                    + body.path("detail").asText("");
            };
        }
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<URI> bases;
    private final AtomicInteger instance;
    private final Optional<JsonNode> credentials;
    private volatile String accessToken;

    private Caller(List<URI> bases, int instance, Optional<JsonNode> credentials, String accessToken) {
        this.bases = List.copyOf(bases);
        this.instance = new AtomicInteger(instance);
        this.credentials = credentials;
        this.accessToken = accessToken;
    }

    static Caller anonymous(URI base) {
        return new Caller(List.of(base), 0, Optional.empty(), "");
    }

    /** Logs in; one instance at least must be well. */
    static Caller loggedIn(List<URI> bases, String user, String password) {
        JsonNode who = JSON.createObjectNode().put("username", user).put("password", password);
        Caller caller = new Caller(bases, 0, Optional.of(who), "");
        Reply reply = caller.logIn();
        for (int other = 1; other < bases.size() && !reply.isSuccess(); other++) {
            reply = caller.logIn();
        }
        if (!reply.isSuccess()) {
            throw new IllegalStateException(user + " cannot log in: " + reply.brief());
        }
        return caller;
    }

    private Reply logIn() {
        Reply reply = sendOnce("POST", LOGIN, credentials);
        if (reply.isSuccess()) {
            accessToken = reply.body().path("accessToken").asText();
        }
        return reply;
    }

    /** The same user, who begins with this instance, counted from 0. */
    Caller beginningWith(int first) {
        return new Caller(bases, first, credentials, accessToken);
    }

    /** Which instance the next request goes to, counted from 0. */
    int instance() {
        return instance.get();
    }

    Reply get(String path, String... headers) {
        return send("GET", path, Optional.empty(), headers);
    }

    /** Headers are names and values in turn. */
    Reply send(String method, String path, Optional<JsonNode> body, String... headers) {
        Reply reply = sendOnce(method, path, body, headers);
        boolean isRefused = reply.status() == 401 && credentials.isPresent();
        return isRefused && logIn().isSuccess() ? sendOnce(method, path, body, headers) : reply;
    }

    private Reply sendOnce(String method, String path, Optional<JsonNode> body, String... headers) {
        int asked = instance();
        Reply reply = send(bases.get(asked), method, path, body, headers);
        if (reply.status() <= NO_ANSWER || reply.status() >= 500) {
            instance.compareAndSet(asked, (asked + 1) % bases.size());
        }
        return reply;
    }

    private Reply send(URI base, String method, String path, Optional<JsonNode> body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(DEADLINE);
        request.method(
                method,
                body.map(json -> BodyPublishers.ofString(json.toString())).orElseGet(BodyPublishers::noBody));
        body.ifPresent(json -> request.header("Content-Type", "application/json"));
        if (!accessToken.isEmpty() && !path.equals(LOGIN)) {
            request.header("Authorization", "Bearer " + accessToken);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return reply(client.send(request.build(), BodyHandlers.ofString()));
        } catch (ConnectException | HttpConnectTimeoutException notSent) {
            return none(NOT_SENT, notSent);
        } catch (IOException noAnswer) {
            return none(NO_ANSWER, noAnswer);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return none(NO_ANSWER, interrupted);
        }
    }

    private static Reply reply(HttpResponse<String> response) {
        Map<String, String> headers = new HashMap<>();
        for (String name : Arrays.asList("token", "durability", "node", "epoch")) {
            response.headers().firstValue("Holdfast-" + name).ifPresent(value -> headers.put(name, value));
        }
        try {
            JsonNode body = JSON.readTree(response.body());
            return new Reply(response.statusCode(), headers, body, "");
        } catch (JsonProcessingException notJson) {
            return new Reply(response.statusCode(), headers, MissingNode.getInstance(), "not JSON");
        }
    }

    private static Reply none(int status, Exception failure) {
        return new Reply(status, Map.of(), MissingNode.getInstance(), failure.toString());
    }
}
