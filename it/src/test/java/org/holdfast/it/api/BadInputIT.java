package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every call that takes a body, with everything that can be wrong about it. What a field may hold is stated once a field;
 * the cases follow from that.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private static final int TWO_MEGABYTES = 2 << 20;
    private static final int LONG_TEXT_CHARS = 100_000;
    private static final Pattern SEVERE = Pattern.compile("(?m)^\\S+ (?:SEVERE|ERROR) org\\.holdfast.*$");

    /** Texts that mean something to a database, a template or a page, and nothing to an API. */
    private static final List<String> HOSTILE = List.of(
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
    private enum Kind {
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
        OBJECT,
        ANY,
        /** One of a few words; may be left out. */
        WORD,
        /** One of a few words; must be there. */
        REQUIRED_WORD;

        boolean isText() {
            return switch (this) {
                case TEXT, OPTIONAL_TEXT, FREE_TEXT, SECRET, WORD, REQUIRED_WORD -> true;
                case ID, OPTIONAL_ID, TIME, WHOLE_NUMBER, REQUIRED_WHOLE_NUMBER, TEXTS, OBJECT, ANY -> false;
            };
        }

        boolean isRequired() {
            return switch (this) {
                case TEXT, SECRET, ID, REQUIRED_WORD, REQUIRED_WHOLE_NUMBER -> true;
                case OPTIONAL_TEXT, FREE_TEXT, OPTIONAL_ID, TIME, WHOLE_NUMBER, TEXTS, OBJECT, ANY, WORD -> false;
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
                case OBJECT -> List.of("\"a\"", "5", "[]", "true");
                case ANY -> List.of();
            };
        }
    }

    /** A call that takes JSON. */
    private record Call(String method, String path, Map<String, Kind> fields, ObjectNode good) {
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
    private record Case(Call call, String wrong, byte[] body) {
        static Case of(Call call, String wrong, String body) {
            return new Case(call, wrong, body.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return call + ": " + wrong;
        }
    }

    private final Tenants database = new Tenants();
    private Api agent = Api.anonymous();
    private List<Call> calls = List.of();
    private String agentId = "";
    private long logFrom;

    @BeforeAll
    void prepareTheCalls() throws IOException {
        logFrom = Files.size(log());
        agent = Api.agent();
        agentId = agent.newAgent();
        String conversationId = agent.post("/api/agents/" + agentId + "/conversations", object())
                .is(201)
                .id();
        String memoryId = agent.post("/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "t"))
                .is(201)
                .id();
        String runId = agent.post("/api/runs", object("agentId", agentId, "name", "r"))
                .is(201)
                .id();
        calls = new ArrayList<>(sessionCalls());
        calls.addAll(agentCalls(conversationId));
        calls.addAll(memoryCalls(memoryId));
        calls.addAll(runCalls(runId));
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
                        .field("agentId", Kind.OPTIONAL_ID, agentId)
                        .field("kind", Kind.WORD, "CONVERSATION")
                        .field("text", Kind.TEXT, "t")
                        .field("conversation", Kind.OPTIONAL_TEXT, Api.unique("chat"))
                        .field("turn", Kind.WHOLE_NUMBER, 0)
                        .field("speaker", Kind.OPTIONAL_TEXT, "s")
                        .field("at", Kind.TIME, "2026-01-31T10:00:00Z")
                        .field("tags", Kind.TEXTS, List.of("a"))
                        .field("metadata", Kind.OBJECT, Map.of("a", 1))
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

    private Answer send(Call call, String contentType, byte[] body) {
        return agent.bytes(call.method(), call.path(), contentType, body);
    }

    private Stream<Call> everyCall() {
        return calls.stream();
    }

    private Stream<Case> everyField(BiFunction<String, Kind, List<String>> wrongJson) {
        return calls.stream()
                .flatMap(call -> call.fields().entrySet().stream()
                        .flatMap(field -> wrongJson.apply(field.getKey(), field.getValue()).stream()
                                .map(json -> Case.of(
                                        call,
                                        field.getKey() + " = " + (json.length() > 60 ? json.substring(0, 60) : json),
                                        call.with(field.getKey(), json)))));
    }

    @AfterAll
    void nothingOfItIsLoggedAsAFaultOfOurs() throws IOException {
        byte[] all = Files.readAllBytes(log());
        String since = new String(all, (int) logFrom, all.length - (int) logFrom, StandardCharsets.UTF_8);

        assertThat(SEVERE.matcher(since).results().map(found -> found.group()).toList())
                .as("what %s logged as errors", log())
                .isEmpty();
    }

    private static Path log() {
        return RunningSystem.get().log();
    }

    // ------------------------------------------------------------------------------------------------ the body

    private Stream<Case> malformed() {
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put("an open brace", "{");
        bodies.put("half a field", "{\"name\":");
        bodies.put("single quotes", "{'name':'x'}");
        bodies.put("a comma too many", "{\"name\":\"x\",}");
        bodies.put("no JSON", "name=x&value=y");
        bodies.put("NaN", "{\"name\":NaN}");
        bodies.put("a comment", "{/* no */}");
        bodies.put("two values", "{} {}");
        bodies.put("an array", "[]");
        bodies.put("a text", "\"text\"");
        bodies.put("a number", "5");
        bodies.put("null", "null");
        bodies.put("blanks", "   ");
        bodies.put("a control character", "{\"name\":\"a\nb\"}");
        bodies.put("XML", "<name>x</name>");
        return calls.stream()
                .flatMap(call -> bodies.entrySet().stream().map(body -> Case.of(call, body.getKey(), body.getValue())));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformed(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void anEmptyBodyIsRefused(Call call) {
        // Log-out is the one call that does without: then the access token says which session ends.
        if (!call.path().endsWith("/logout")) {
            send(call, Api.APPLICATION_JSON, new byte[0]).isProblem(400);
        }
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void bytesThatAreNotUtf8AreRefused(Call call) {
        String field = call.fields().keySet().iterator().next();
        byte[] body = call.with(field, "\"\u00ff\u00fe\"").getBytes(StandardCharsets.ISO_8859_1);

        send(call, Api.APPLICATION_JSON, body).isProblem(400);
        send(call, Api.APPLICATION_JSON, call.good().toString().getBytes(StandardCharsets.UTF_16))
                .isProblem(400);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void anUnknownFieldIsRefusedByName(Call call) {
        String body = call.good().deepCopy().put("surprise", 1).toString();

        Answer refused = send(call, Api.APPLICATION_JSON, body.getBytes(StandardCharsets.UTF_8))
                .isProblem(400);

        assertThat(refused.text("detail")).contains("surprise");
        assertThat(refused.text("category")).isEqualTo("validation");
        assertThat(refused.json().path("retryable").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void aFieldThatComesTwiceIsRefused(Call call) {
        String field = call.fields().keySet().iterator().next();
        String good = call.good().toString();
        String body = "{\"" + field + "\":\"first\"," + good.substring(1);

        send(call, Api.APPLICATION_JSON, body.getBytes(StandardCharsets.UTF_8)).isProblem(400);
    }

    private Stream<Case> deep() {
        return calls.stream()
                .flatMap(call -> Stream.of("[", "{\"a\":")
                        .flatMap(open -> Stream.of(1_000, 100_000).flatMap(depth -> {
                            String field = call.fields().keySet().iterator().next();
                            String close = open.equals("[") ? "]" : "}";
                            String value = open.repeat(depth) + "1" + close.repeat(depth);
                            return Stream.of(
                                    Case.of(call, depth + " times " + open, value),
                                    Case.of(call, depth + " times " + open + " in " + field, call.with(field, value)));
                        })));
    }

    @ParameterizedTest
    @MethodSource("deep")
    void deep(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    private Stream<Case> deepWhereEverythingIsAllowed() {
        return everyField((name, kind) -> kind == Kind.ANY || kind == Kind.OBJECT
                ? List.of("{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000))
                : List.of());
    }

    @ParameterizedTest
    @MethodSource("deepWhereEverythingIsAllowed")
    void deepWhereEverythingIsAllowed(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void twoMegabytesAreTooLargeWithAndWithoutALength(Call call) {
        byte[] body = new byte[TWO_MEGABYTES];
        Arrays.fill(body, (byte) ' ');
        byte[] good = call.good().toString().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(good, 0, body, 0, good.length);

        send(call, Api.APPLICATION_JSON, body).isProblem(413);
        agent.send(
                        call.method(),
                        call.path(),
                        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)),
                        "Content-Type",
                        Api.APPLICATION_JSON)
                .isProblem(413);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void otherContentTypesAreRefused(Call call) {
        byte[] good = call.good().toString().getBytes(StandardCharsets.UTF_8);
        for (String type : List.of(
                "text/plain",
                "application/xml",
                "application/x-www-form-urlencoded",
                Api.LINES,
                "application/json;charset=utf-16")) {
            send(call, type, good).isProblem(415);
        }
        agent.send(call.method(), call.path(), BodyPublishers.ofByteArray(good)).isProblem(415);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void aContentTypeThatIsNoneIsRefused(Call call) {
        byte[] good = call.good().toString().getBytes(StandardCharsets.UTF_8);
        for (String type : List.of("garbage", "/", "json", "application/")) {
            Answer answer = send(call, type, good);
            assertThat(answer.status()).as("%s as %s", answer, type).isIn(400, 415);
            answer.isProblem(answer.status());
        }
    }

    // ----------------------------------------------------------------------------------------------- its fields

    private Stream<Case> wrongType() {
        return everyField((name, kind) -> kind.wrong());
    }

    @ParameterizedTest
    @MethodSource("wrongType")
    void wrongType(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    private Stream<Case> nullWhereAValueIsNeeded() {
        return everyField((name, kind) -> kind.isRequired() ? List.of("null") : List.of());
    }

    @ParameterizedTest
    @MethodSource("nullWhereAValueIsNeeded")
    void nullWhereAValueIsNeeded(Case wrong) {
        Answer refused = send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);

        assertThat(refused.text("detail")).isNotBlank();
    }

    private Stream<Case> missingWhereAValueIsNeeded() {
        return calls.stream()
                .flatMap(call -> call.fields().entrySet().stream()
                        .filter(field -> field.getValue().isRequired())
                        .map(field -> Case.of(
                                call,
                                "no " + field.getKey(),
                                call.good().deepCopy().without(field.getKey()).toString())));
    }

    @ParameterizedTest
    @MethodSource("missingWhereAValueIsNeeded")
    void missingWhereAValueIsNeeded(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    private Stream<Case> textWithoutCharacters() {
        return everyField(
                (name, kind) -> kind.isText() && !kind.mayBeEmpty() ? List.of("\"\"", "\" \\t\\n \"") : List.of());
    }

    @ParameterizedTest
    @MethodSource("textWithoutCharacters")
    void textWithoutCharacters(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    private Stream<Case> textThatIsTooLong() {
        return everyField((name, kind) -> kind.isText()
                ? List.of('"' + "x".repeat(LONG_TEXT_CHARS) + '"')
                : kind == Kind.TEXTS ? List.of("[\"" + "x".repeat(LONG_TEXT_CHARS) + "\"]") : List.of());
    }

    @ParameterizedTest
    @MethodSource("textThatIsTooLong")
    void textThatIsTooLong(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    private Stream<Case> charactersThatCannotBeStored() {
        List<String> texts = List.of("\"a\\u0000b\"", "\"\\ud800\"", "\"a\\udc00b\"", "\"\\ud83d\\ud83d\"");
        return everyField((name, kind) -> switch (kind) {
            case TEXT, OPTIONAL_TEXT, FREE_TEXT, SECRET, WORD, REQUIRED_WORD, ID, OPTIONAL_ID, TIME -> texts;
            case TEXTS -> texts.stream().map(text -> "[" + text + "]").toList();
            case OBJECT, ANY ->
                texts.stream()
                        .flatMap(text -> Stream.of("{\"a\":" + text + "}", "{" + text + ":1}"))
                        .toList();
            case WHOLE_NUMBER, REQUIRED_WHOLE_NUMBER -> List.of();
        });
    }

    @ParameterizedTest
    @MethodSource("charactersThatCannotBeStored")
    void charactersThatCannotBeStored(Case wrong) {
        send(wrong.call(), Api.APPLICATION_JSON, wrong.body()).isProblem(400);
    }

    private Stream<Case> hostileTexts() {
        return everyField((name, kind) -> kind.isText()
                ? HOSTILE.stream()
                        .map(text -> Api.JSON.valueToTree(text).toString())
                        .toList()
                : kind == Kind.TEXTS
                        ? HOSTILE.stream()
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
                send(hostile.call(), Api.APPLICATION_JSON, sent.toString().getBytes(StandardCharsets.UTF_8));

        answer.showsNothingOfTheInside();
        assertThat(answer.status()).as("%s", answer).isLessThan(500);
        if (answer.status() >= 400) {
            answer.isProblem(answer.status());
        } else if (!answer.body().isEmpty() && !hostile.call().path().matches(".*/(search|context)")) {
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
        for (String text : HOSTILE) {
            Answer made = agent.post(
                            "/api/memories",
                            object(
                                    "agentId", agentId,
                                    "kind", "CONTEXT",
                                    "text", text,
                                    "speaker", text,
                                    "conversation", text,
                                    "tags", List.of(text),
                                    "metadata", Map.of(text, text)))
                    .is(201);

            JsonNode read = agent.get("/api/memories/" + made.id()).is(200).json();
            assertThat(read.path("text").textValue()).isEqualTo(text);
            assertThat(read.path("speaker").textValue()).isEqualTo(text);
            assertThat(read.path("conversation").textValue()).isEqualTo(text);
            assertThat(read.path("tags")).isEqualTo(Api.array(text));
            assertThat(read.path("metadata").path(text).textValue()).isEqualTo(text);
            assertThat(agent.get("/api/memories?agentId=" + agentId + "&conversation=" + Api.encoded(text))
                            .is(200)
                            .items("id"))
                    .contains(made.id());
        }
        assertThat(database.count("select count(*) from memory.memory where agent_id = ?", UUID.fromString(agentId)))
                .isGreaterThanOrEqualTo(HOSTILE.size());
    }

    @Test
    void aTurnThatIsTakenIsAConflict() {
        ObjectNode turn = object(
                "agentId", agentId, "kind", "CONVERSATION", "conversation", Api.unique("chat"), "turn", 7, "text", "t");
        agent.post("/api/memories", turn).is(201);

        assertThat(agent.post("/api/memories", turn).isProblem(409).text("category"))
                .isEqualTo("conflict");
    }

    // ------------------------------------------------------------------------------------------- the query string

    private Stream<String> lists() {
        return Stream.concat(
                Stream.of("/api/agents", "/api/runs", "/api/memories", "/api/agents/" + agentId + "/conversations"),
                calls.stream().map(Call::path).filter(path -> path.endsWith("/messages") || path.endsWith("/steps")));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aLimitOutOfBoundsIsRefused(String list) {
        for (String limit :
                List.of("-1", "0", "501", "1000000", "99999999999", "abc", "1.5", "", "1e2", "0x10", " 5")) {
            agent.get(list + "?limit=" + Api.encoded(limit)).isProblem(400);
        }
        HOSTILE.forEach(text -> agent.get(list + "?limit=" + Api.encoded(text)).isProblem(400));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void aCursorThatNoListAnsweredIsRefused(String list) {
        for (String cursor : List.of("", "x", "!!!", "AAAA", "null", "eyJhIjoxfQ", "A".repeat(2_000))) {
            agent.get(list + "?cursor=" + Api.encoded(cursor)).isProblem(400);
        }
        HOSTILE.forEach(text -> agent.get(list + "?cursor=" + Api.encoded(text)).isProblem(400));
    }

    @Test
    void hostileQueryParametersAndPathsAreNotInterpreted() {
        for (String text : HOSTILE) {
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
    void nulAndBrokenEscapesInAQueryAreRefused() {
        for (String query : List.of("conversation=a%00b", "kind=%00", "agentId=%00", "limit=%00", "cursor=%00")) {
            agent.get("/api/memories?" + query).isProblem(400);
        }
        for (String query : List.of("conversation=%ff%fe", "conversation=%ed%a0%80", "conversation=%c0%80")) {
            Answer answer = agent.get("/api/memories?" + query);
            assertThat(answer.status()).as("%s", answer).isIn(200, 400);
        }
    }

    @Test
    void hostileHeadersAreRefusedOrIgnored() {
        for (String text : HOSTILE) {
            String value = text.replaceAll("[\\r\\n]", " ");
            agent.get("/api/agents", "Holdfast-Token", value).isProblem(400);
            agent.get("/api/agents", "Holdfast-Consistency", value).isProblem(400);
            agent.get("/api/agents", "Holdfast-Durability", value).isProblem(400);
            agent.patch("/api/agents/" + agentId, object(), "If-Match", value).isProblem(412);
        }
        agent.post("/api/agents", object("name", Api.unique("agent")), "Idempotency-Key", "x".repeat(201))
                .isProblem(400);
    }

    // ------------------------------------------------------------------------------------------- the wire itself

    private String raw(String request) {
        return RawHttp.exchange(agent.base(), request.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void whatIsNotHttpGetsNoPageOfTheServers() {
        URI base = agent.base();
        for (String request : List.of(
                "GET /api/../api/agents HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nConnection: close\r\n\r\n",
                "POST /api/agents HTTP/1.1\r\nHost: " + base.getAuthority()
                        + "\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
                "TRACE /api/agents HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nConnection: close\r\n\r\n",
                "GET /api/agents\u0000 HTTP/1.1\r\nHost: " + base.getAuthority() + "\r\nConnection: close\r\n\r\n")) {
            String answer = raw(request);

            assertThat(answer).as(request).startsWith("HTTP/1.1 4").doesNotContain("Exception", "\tat ", "<html");
        }
    }

    @Test
    void aPathThatCannotBeDecodedShowsNothing() {
        // The server answers it before the application sees it, and no other answer can be had from it.
        String answer = raw("GET /api/agents/%zz HTTP/1.1\r\nHost: "
                + agent.base().getAuthority() + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).doesNotContain("HTTP/1.1 5", "Exception", "\tat ", "<html", "items");
    }

    @Test
    void aBodyThatEndsTooEarlyStoresNothing() {
        String name = Api.unique("early");
        String body = "{\"name\":\"" + name + "\"}";

        String answer = raw("POST /api/agents HTTP/1.1\r\nHost: " + agent.base().getAuthority()
                + "\r\nAuthorization: Bearer " + agent.token()
                + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + Integer.toHexString(body.length()) + "\r\n" + body + "\r\nnonsense\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("Exception", "\tat ", "<html");
        assertThat(database.count("select count(*) from memory.agent where name = ?", name))
                .isZero();
    }
}
