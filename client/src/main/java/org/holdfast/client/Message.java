package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A request. Compared by nobody. */
@SuppressWarnings("ArrayRecordComponent")
record Message(String method, String path, String contentType, byte[] body, String key) {
    /** A question without a body. */
    static Message get(String path) {
        return new Message("GET", path, "", new byte[0], "");
    }

    /** A question with a body. */
    static Message ask(String path, JsonNode body) {
        return post(path, "application/json", body.toString(), "");
    }

    /** A write that is done once, however often it is sent. */
    static Message write(String path, JsonNode body) {
        return post(path, "application/json", body.toString(), UUID.randomUUID().toString());
    }

    /** A write of many lines. */
    static Message writeLines(String path, String lines) {
        return post(path, "application/x-ndjson", lines, UUID.randomUUID().toString());
    }

    private static Message post(String path, String contentType, String body, String key) {
        return new Message("POST", path, contentType, body.getBytes(StandardCharsets.UTF_8), key);
    }

    boolean isWrite() {
        return !key.isEmpty();
    }

    HttpRequest.BodyPublisher publisher() {
        return body.length == 0 ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body);
    }

    // Without what it says: that may be secret.
    @Override
    public String toString() {
        return method + " " + path;
    }
}
