package org.holdfast.it.api;

import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Every call that takes a body. What a field may hold is stated once a field; cases of what is wrong follow from that. */
final class BodyCalls {
    /** Texts that mean something to a database, a template or a page, and nothing to an API. */
    static final List<String> HOSTILE = List.of(
            "'; drop table memory.memory; --",
            "\" or \"1\"=\"1",
            "x' || pg_sleep(20) || '",
            "$.store.book[?(@.price < 10)]",
            "$$ select 1 $$",
            "%' or 1=1 --_\\",
            "${jndi:ldap://localhost/x} #{7*7} {{7*7}}",
            "<script>alert(1)</script>",
            "../../etc/passwd\r\nX-Injected: yes",
            "null");

    /** What a field may hold. */
    enum Kind {
        /** Must be there and say something. */
        TEXT,
        /** May be left out; where it is there it says something. */
        OPTIONAL_TEXT,
        /** May be left out or be empty. */
        FREE_TEXT,
        /** Must be there, may be empty. */
        SECRET,
        ID,
        OPTIONAL_ID,
        TIME,
        WHOLE_NUMBER,
        REQUIRED_WHOLE_NUMBER,
        TEXTS,
        IDS,
        NUMBERS,
        REQUIRED_NUMBERS,
        OBJECT,
        FILTER,
        ANY,
        /** One of a few words; may be left out. */
        WORD,
        /** One of a few words; must be there. */
        REQUIRED_WORD;

        boolean isText() {
            return switch (this) {
                case TEXT, OPTIONAL_TEXT, FREE_TEXT, SECRET, WORD, REQUIRED_WORD -> true;
                case ID,
                        OPTIONAL_ID,
                        TIME,
                        WHOLE_NUMBER,
                        REQUIRED_WHOLE_NUMBER,
                        TEXTS,
                        IDS,
                        NUMBERS,
                        REQUIRED_NUMBERS,
                        OBJECT,
                        FILTER,
                        ANY -> false;
            };
        }

        boolean isRequired() {
            return switch (this) {
                case TEXT, SECRET, ID, REQUIRED_WORD, REQUIRED_WHOLE_NUMBER, REQUIRED_NUMBERS -> true;
                case OPTIONAL_TEXT,
                        FREE_TEXT,
                        OPTIONAL_ID,
                        TIME,
                        WHOLE_NUMBER,
                        TEXTS,
                        IDS,
                        NUMBERS,
                        OBJECT,
                        FILTER,
                        ANY,
                        WORD -> false;
            };
        }

        boolean mayBeEmpty() {
            return this == FREE_TEXT || this == SECRET;
        }

        /** JSON values of other types. */
        List<String> wrong() {
            return switch (this) {
                case TEXT, OPTIONAL_TEXT, FREE_TEXT, SECRET -> List.of("5", "1.5", "true", "{}", "[]", "[\"a\"]");
                case WORD, REQUIRED_WORD -> List.of("0", "true", "{}", "[]", "\"nonsense\"");
                case ID, OPTIONAL_ID -> List.of("5", "\"\"", "\"garbage\"", "{}", "[]", "true");
                case TIME ->
                    List.of(
                            "5",
                            "\"\"",
                            "\"yesterday\"",
                            "\"2026-01-31\"",
                            "\"2026-13-01T00:00:00Z\"",
                            "\"+999999999-12-31T23:59:59Z\"",
                            "{}",
                            "true");
                case WHOLE_NUMBER, REQUIRED_WHOLE_NUMBER ->
                    List.of("\"5\"", "\"\"", "1.5", "true", "{}", "-1", "99999999999", "1e400");
                case TEXTS -> List.of("\"a\"", "5", "{}", "[5]", "[null]", "[[]]", "[\"\"]", "[{}]");
                case IDS -> List.of("\"a\"", "5", "{}", "[5]", "[null]", "[[]]", "[\"\"]", "[\"garbage\"]");
                case NUMBERS, REQUIRED_NUMBERS ->
                    List.of(
                            "\"a\"",
                            "5",
                            "{}",
                            "[]",
                            "[1]",
                            numbers("0"),
                            numbers("1e39"),
                            numbers("1e4"),
                            numbers("1e-9"),
                            numbers("null"),
                            numbers("true"),
                            numbers("\"1\""),
                            numbers("[]"));
                case FILTER -> FILTERS;
                case OBJECT -> List.of("\"a\"", "5", "[]", "true");
                case ANY -> List.of();
            };
        }
    }

    // Filters that are none.
    private static final List<String> FILTERS = List.of(
            "\"a\"",
            "5",
            "[]",
            "true",
            "{}",
            "{\"surprise\":1}",
            "{\"and\":[]}",
            "{\"or\":[null]}",
            "{\"and\":{}}",
            "{\"not\":[]}",
            "{\"key\":\"k\",\"op\":\"eq\"}",
            "{\"key\":\"k\",\"value\":1}",
            "{\"op\":\"eq\",\"value\":1}",
            "{\"key\":\"\",\"op\":\"eq\",\"value\":1}",
            "{\"key\":\"k\",\"op\":\"like\",\"value\":1}",
            "{\"key\":\"k\",\"op\":0,\"value\":1}",
            "{\"key\":\"k\",\"op\":\"eq\",\"value\":null}",
            "{\"key\":\"k\",\"op\":\"eq\",\"value\":{}}",
            "{\"key\":\"k\",\"op\":\"eq\",\"value\":[1]}",
            "{\"key\":\"k\",\"op\":\"eq\",\"values\":[1]}",
            "{\"key\":\"k\",\"op\":\"gt\",\"value\":true}",
            "{\"key\":\"k\",\"op\":\"gt\",\"value\":1e200000}",
            "{\"key\":\"k\",\"op\":\"contains\",\"value\":1}",
            "{\"key\":\"k\",\"op\":\"in\",\"value\":1}",
            "{\"key\":\"k\",\"op\":\"in\",\"values\":[]}",
            "{\"key\":\"k\",\"op\":\"in\",\"values\":[null]}",
            "{\"key\":\"k\",\"op\":\"in\",\"values\":[[1]]}",
            "{\"key\":\"k\",\"op\":\"eq\",\"value\":1,\"not\":{\"key\":\"k\",\"op\":\"eq\",\"value\":1}}",
            "{\"key\":\"k\",\"op\":\"eq\",\"value\":\"" + "x".repeat(5_000) + "\"}",
            "{\"or\":[" + "{\"key\":\"k\",\"op\":\"eq\",\"value\":1},".repeat(100)
                    + "{\"key\":\"k\",\"op\":\"eq\",\"value\":1}]}");

    private static String numbers(String each) {
        return "[" + (each + ",").repeat(383) + each + "]";
    }

    /** A call that takes JSON. */
    record Call(String method, String path, Map<String, Kind> fields, ObjectNode good) {
        @Override
        public String toString() {
            return method + " "
                    + path.replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "{id}");
        }

        /** The good body with one field replaced by JSON as it is written. */
        String with(String field, String json) {
            ObjectNode changed = good.deepCopy().put(field, "@replaced@");
            return changed.toString().replace("\"@replaced@\"", json);
        }
    }

    /** One request and what is wrong with it; its body is bytes because some are no UTF-8. Never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Case(Call call, String wrong, byte[] body) {
        static Case of(Call call, String wrong, String body) {
            return new Case(call, wrong, body.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return call + ": " + wrong;
        }
    }

    private final Api agent = Api.agent();
    private final String agentId = agent.newAgent();
    private final List<Call> calls = new ArrayList<>();

    /** With an agent of their own, and a conversation, a memory and a run of it. */
    BodyCalls() {
        String conversationId = agent.post("/api/agents/" + agentId + "/conversations", object())
                .is(201)
                .id();
        String memoryId = agent.post("/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "t"))
                .is(201)
                .id();
        String runId = agent.post("/api/runs", object("agentId", agentId, "name", "r"))
                .is(201)
                .id();
        calls.addAll(sessionCalls());
        calls.addAll(agentCalls(conversationId));
        calls.addAll(memoryCalls(memoryId));
        calls.addAll(runCalls(runId));
    }

    Api agent() {
        return agent;
    }

    String agentId() {
        return agentId;
    }

    private static List<Call> sessionCalls() {
        return List.of(
                call("POST", "/api/auth/login")
                        .field("username", Kind.TEXT, Api.unique("nobody"))
                        .field("password", Kind.SECRET, "p")
                        .build(),
                call("POST", "/api/auth/refresh")
                        .field("refreshToken", Kind.TEXT, "none")
                        .build(),
                call("POST", "/api/auth/logout")
                        .field("refreshToken", Kind.TEXT, "none")
                        .build());
    }

    private List<Call> agentCalls(String conversationId) {
        return List.of(
                call("POST", "/api/agents")
                        .field("name", Kind.TEXT, Api.unique("agent"))
                        .field("description", Kind.FREE_TEXT, "d")
                        .build(),
                call("PATCH", "/api/agents/" + agentId)
                        .field("name", Kind.OPTIONAL_TEXT, Api.unique("agent"))
                        .field("description", Kind.FREE_TEXT, "d")
                        .build(),
                call("POST", "/api/agents/" + agentId + "/conversations")
                        .field("externalId", Kind.OPTIONAL_TEXT, Api.unique("chat"))
                        .field("title", Kind.OPTIONAL_TEXT, "t")
                        .build(),
                call("POST", "/api/conversations/" + conversationId + "/messages")
                        .field("role", Kind.REQUIRED_WORD, "user")
                        .field("content", Kind.TEXT, "c")
                        .field("speaker", Kind.OPTIONAL_TEXT, "s")
                        .field("at", Kind.TIME, "2026-01-31T10:00:00Z")
                        .build());
    }

    private List<Call> memoryCalls(String memoryId) {
        return List.of(
                call("POST", "/api/memories")
                        .field("id", Kind.OPTIONAL_ID, UUID.randomUUID())
                        .field("agentId", Kind.OPTIONAL_ID, agentId)
                        .field("kind", Kind.WORD, "CONVERSATION")
                        .field("text", Kind.TEXT, "t")
                        .field("conversation", Kind.OPTIONAL_TEXT, Api.unique("chat"))
                        .field("turn", Kind.WHOLE_NUMBER, 0)
                        .field("speaker", Kind.OPTIONAL_TEXT, "s")
                        .field("at", Kind.TIME, "2026-01-31T10:00:00Z")
                        .field("tags", Kind.TEXTS, List.of("a"))
                        .field("metadata", Kind.OBJECT, Map.of("a", 1))
                        .field("embedding", Kind.NUMBERS, Collections.nCopies(384, 1))
                        .build(),
                call("PUT", "/api/memories/" + memoryId)
                        .field("text", Kind.TEXT, "t")
                        .field("tags", Kind.TEXTS, List.of("a"))
                        .field("metadata", Kind.OBJECT, Map.of("a", 1))
                        .build(),
                call("POST", "/api/memories/search")
                        .field("query", Kind.TEXT, "q")
                        .field("agentId", Kind.OPTIONAL_ID, agentId)
                        .field("kind", Kind.WORD, "CONTEXT")
                        .field("conversation", Kind.OPTIONAL_TEXT, "c")
                        .field("tags", Kind.TEXTS, List.of("a"))
                        .field("limit", Kind.WHOLE_NUMBER, 5)
                        .field("quality", Kind.WORD, "SPEED")
                        .field("mode", Kind.WORD, "text")
                        .build(),
                call("POST", "/api/memories/nearest")
                        .field("embedding", Kind.REQUIRED_NUMBERS, Collections.nCopies(384, 1))
                        .field("agentId", Kind.OPTIONAL_ID, agentId)
                        .field("kind", Kind.WORD, "CONTEXT")
                        .field("conversation", Kind.OPTIONAL_TEXT, "c")
                        .field("tags", Kind.TEXTS, List.of("a"))
                        .field("filter", Kind.FILTER, Map.of("key", "k", "op", "eq", "value", 1))
                        .field("limit", Kind.WHOLE_NUMBER, 5)
                        .field("quality", Kind.WORD, "SPEED")
                        .build(),
                call("POST", "/api/memories/forget")
                        .field("agentId", Kind.OPTIONAL_ID, agentId)
                        .field("kind", Kind.WORD, "CONTEXT")
                        .field("conversation", Kind.OPTIONAL_TEXT, "c")
                        .field("ids", Kind.IDS, List.of(UUID.randomUUID()))
                        .field("filter", Kind.FILTER, Map.of("key", "k", "op", "eq", "value", 1))
                        .build(),
                call("POST", "/api/memories/context")
                        .field("query", Kind.TEXT, "q")
                        .field("tokens", Kind.REQUIRED_WHOLE_NUMBER, 100)
                        .field("agentId", Kind.OPTIONAL_ID, agentId)
                        .field("kind", Kind.WORD, "CONTEXT")
                        .field("conversation", Kind.OPTIONAL_TEXT, "c")
                        .field("tags", Kind.TEXTS, List.of("a"))
                        .field("quality", Kind.WORD, "SPEED")
                        .field("mode", Kind.WORD, "text")
                        .build());
    }

    private List<Call> runCalls(String runId) {
        return List.of(
                call("POST", "/api/runs")
                        .field("agentId", Kind.ID, agentId)
                        .field("name", Kind.TEXT, "r")
                        .field("input", Kind.ANY, 1)
                        .build(),
                call("PATCH", "/api/runs/" + runId)
                        .field("name", Kind.OPTIONAL_TEXT, "r")
                        .field("status", Kind.WORD, "PENDING")
                        .field("output", Kind.ANY, 1)
                        .build(),
                call("POST", "/api/runs/" + runId + "/steps")
                        .field("name", Kind.TEXT, "s")
                        .field("status", Kind.WORD, "SUCCEEDED")
                        .field("input", Kind.ANY, 1)
                        .field("output", Kind.ANY, 1)
                        .build());
    }

    private static CallOf call(String method, String path) {
        return new CallOf(method, path);
    }

    /** Collects the fields of a call. */
    private static final class CallOf {
        private final String method;
        private final String path;
        private final Map<String, Kind> fields = new LinkedHashMap<>();
        private final ObjectNode good = object();

        CallOf(String method, String path) {
            this.method = method;
            this.path = path;
        }

        CallOf field(String name, Kind kind, Object value) {
            fields.put(name, kind);
            good.set(name, Api.JSON.valueToTree(value));
            return this;
        }

        Call build() {
            return new Call(method, path, fields, good);
        }
    }

    Stream<Call> every() {
        return calls.stream();
    }

    Stream<Case> everyField(BiFunction<String, Kind, List<String>> wrongJson) {
        return calls.stream()
                .flatMap(call -> call.fields().entrySet().stream()
                        .flatMap(field -> wrongJson.apply(field.getKey(), field.getValue()).stream()
                                .map(json -> Case.of(
                                        call,
                                        field.getKey() + " = " + (json.length() > 60 ? json.substring(0, 60) : json),
                                        call.with(field.getKey(), json)))));
    }

    Answer send(Call call, String contentType, byte[] body) {
        return agent.bytes(call.method(), call.path(), contentType, body);
    }

    Answer send(Case sent) {
        return send(sent.call(), Api.APPLICATION_JSON, sent.body());
    }
}
