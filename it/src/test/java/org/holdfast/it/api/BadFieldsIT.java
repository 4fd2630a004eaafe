package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.it.api.BodyCalls.Case;
import org.holdfast.it.api.BodyCalls.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every call that takes a body, with everything that can be wrong about each of its fields. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadFieldsIT {
    private static final int LONG_TEXT_CHARS = 100_000;

    private final LoggedErrors errors = LoggedErrors.fromNow();
    private final BodyCalls calls = new BodyCalls();
    private final Api agent = calls.agent();

    @AfterAll
    void nothingOfItIsLoggedAsAFaultOfOurs() throws IOException {
        errors.assertNone();
    }

    private Stream<Case> wrongType() {
        return calls.everyField((name, kind) -> kind.wrong());
    }

    @ParameterizedTest
    @MethodSource("wrongType")
    void wrongType(Case wrong) {
        calls.send(wrong).isProblem(400);
    }

    private Stream<Case> nullWhereAValueIsNeeded() {
        return calls.everyField((name, kind) -> kind.isRequired() ? List.of("null") : List.of());
    }

    @ParameterizedTest
    @MethodSource("nullWhereAValueIsNeeded")
    void nullWhereAValueIsNeeded(Case wrong) {
        Answer refused = calls.send(wrong).isProblem(400);

        assertThat(refused.text("detail")).isNotBlank();
    }

    private Stream<Case> missingWhereAValueIsNeeded() {
        return calls.every()
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
        calls.send(wrong).isProblem(400);
    }

    private Stream<Case> textWithoutCharacters() {
        return calls.everyField(
                (name, kind) -> kind.isText() && !kind.mayBeEmpty() ? List.of("\"\"", "\" \\t\\n \"") : List.of());
    }

    @ParameterizedTest
    @MethodSource("textWithoutCharacters")
    void textWithoutCharacters(Case wrong) {
        calls.send(wrong).isProblem(400);
    }

    private Stream<Case> textThatIsTooLong() {
        return calls.everyField((name, kind) -> kind.isText()
                ? List.of('"' + "x".repeat(LONG_TEXT_CHARS) + '"')
                : kind == Kind.TEXTS ? List.of("[\"" + "x".repeat(LONG_TEXT_CHARS) + "\"]") : List.of());
    }

    @ParameterizedTest
    @MethodSource("textThatIsTooLong")
    void textThatIsTooLong(Case wrong) {
        calls.send(wrong).isProblem(400);
    }

    private Stream<Case> charactersThatCannotBeStored() {
        List<String> texts = List.of("\"a\\u0000b\"", "\"\\ud800\"", "\"a\\udc00b\"", "\"\\ud83d\\ud83d\"");
        return calls.everyField((name, kind) -> switch (kind) {
            case TEXT, OPTIONAL_TEXT, FREE_TEXT, SECRET, WORD, REQUIRED_WORD, ID, OPTIONAL_ID, TIME -> texts;
            case TEXTS -> texts.stream().map(text -> "[" + text + "]").toList();
            case OBJECT, ANY ->
                texts.stream()
                        .flatMap(text -> Stream.of("{\"a\":" + text + "}", "{" + text + ":1}"))
                        .toList();
            case FILTER ->
                texts.stream()
                        .flatMap(text -> Stream.of(
                                "{\"key\":" + text + ",\"op\":\"eq\",\"value\":1}",
                                "{\"key\":\"k\",\"op\":\"eq\",\"value\":" + text + "}"))
                        .toList();
            case WHOLE_NUMBER, REQUIRED_WHOLE_NUMBER, IDS, NUMBERS, REQUIRED_NUMBERS -> List.of();
        });
    }

    @ParameterizedTest
    @MethodSource("charactersThatCannotBeStored")
    void charactersThatCannotBeStored(Case wrong) {
        calls.send(wrong).isProblem(400);
    }

    @Test
    void aTurnThatIsTakenIsAConflict() {
        ObjectNode turn = object(
                "agentId",
                calls.agentId(),
                "kind",
                "CONVERSATION",
                "conversation",
                Api.unique("chat"),
                "turn",
                7,
                "text",
                "t");
        agent.post("/api/memories", turn).is(201);

        assertThat(agent.post("/api/memories", turn).isProblem(409).text("category"))
                .isEqualTo("conflict");
    }
}
