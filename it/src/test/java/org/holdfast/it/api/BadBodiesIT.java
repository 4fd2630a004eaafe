package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.holdfast.it.api.BodyCalls.Call;
import org.holdfast.it.api.BodyCalls.Case;
import org.holdfast.it.api.BodyCalls.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call that takes a body, with bodies that are none, or not of the form that is expected. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadBodiesIT {
    private static final int TWO_MEGABYTES = 2 << 20;

    private final LoggedErrors errors = LoggedErrors.fromNow();
    private final BodyCalls calls = new BodyCalls();
    private final Api agent = calls.agent();

    @AfterAll
    void nothingOfItIsLoggedAsAFaultOfOurs() throws IOException {
        errors.assertNone();
    }

    private Stream<Call> everyCall() {
        return calls.every();
    }

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
        return calls.every()
                .flatMap(call -> bodies.entrySet().stream().map(body -> Case.of(call, body.getKey(), body.getValue())));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformed(Case wrong) {
        calls.send(wrong).isProblem(400);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void anEmptyBodyIsRefused(Call call) {
        // Log-out is the one call that does without: then the access token says which session ends.
        if (!call.path().endsWith("/logout")) {
            calls.send(call, Api.APPLICATION_JSON, new byte[0]).isProblem(400);
        }
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void bytesThatAreNotUtf8AreRefused(Call call) {
        String field = call.fields().keySet().iterator().next();
        byte[] body = call.with(field, "\"\u00ff\u00fe\"").getBytes(StandardCharsets.ISO_8859_1);

        calls.send(call, Api.APPLICATION_JSON, body).isProblem(400);
        calls.send(call, Api.APPLICATION_JSON, call.good().toString().getBytes(StandardCharsets.UTF_16))
                .isProblem(400);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void anUnknownFieldIsRefusedByName(Call call) {
        String body = call.good().deepCopy().put("surprise", 1).toString();

        Answer refused = calls.send(call, Api.APPLICATION_JSON, body.getBytes(StandardCharsets.UTF_8))
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

        calls.send(call, Api.APPLICATION_JSON, body.getBytes(StandardCharsets.UTF_8))
                .isProblem(400);
    }

    private Stream<Case> deep() {
        return calls.every()
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
        calls.send(wrong).isProblem(400);
    }

    private Stream<Case> deepWhereEverythingIsAllowed() {
        return calls.everyField((name, kind) -> kind == Kind.ANY || kind == Kind.OBJECT || kind == Kind.FILTER
                ? List.of("{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000))
                : List.of());
    }

    @ParameterizedTest
    @MethodSource("deepWhereEverythingIsAllowed")
    void deepWhereEverythingIsAllowed(Case wrong) {
        calls.send(wrong).isProblem(400);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void twoMegabytesAreTooLargeWithAndWithoutALength(Call call) {
        byte[] body = new byte[TWO_MEGABYTES];
        Arrays.fill(body, (byte) ' ');
        byte[] good = call.good().toString().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(good, 0, body, 0, good.length);

        calls.send(call, Api.APPLICATION_JSON, body).isProblem(413);
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
            calls.send(call, type, good).isProblem(415);
        }
        agent.send(call.method(), call.path(), BodyPublishers.ofByteArray(good)).isProblem(415);
    }

    @ParameterizedTest
    @MethodSource("everyCall")
    void aContentTypeThatIsNoneIsRefused(Call call) {
        byte[] good = call.good().toString().getBytes(StandardCharsets.UTF_8);
        for (String type : List.of("garbage", "/", "json", "application/")) {
            Answer answer = calls.send(call, type, good);
            assertThat(answer.status()).as("%s as %s", answer, type).isIn(400, 415);
            answer.isProblem(answer.status());
        }
    }
}
