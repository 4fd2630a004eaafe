package org.holdfast.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTextTest {
    private static final EndpointConfig CONFIG = config(false);

    private static EndpointConfig config(boolean asksForDimensions) {
        return new EndpointConfig(
                "holdfast.memory.",
                URI.create("https://models.example/v1"),
                "some-model",
                Optional.of(new ApiKey("top-secret")),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                8,
                1,
                asksForDimensions,
                384);
    }

    /** All numbers are 0 but one. */
    private static String numbers(int length, int at, String number) {
        return IntStream.range(0, length)
                .mapToObj(i -> i == at ? number : "0")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String item(String index, String numbers) {
        return "{\"object\":\"embedding\",\"index\":" + index + ",\"embedding\":" + numbers + "}";
    }

    private static String answer(String... items) {
        return "{\"object\":\"list\",\"data\":[" + String.join(",", items)
                + "],\"model\":\"some-model\",\"usage\":{\"prompt_tokens\":3}}";
    }

    private static List<float[]> vectors(String body, int texts) {
        return EndpointText.vectors(CONFIG, body.getBytes(UTF_8), texts);
    }

    private static void isRefused(String body, int texts, String... words) {
        assertThatThrownBy(() -> vectors(body, texts))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.category()).isEqualTo(ErrorCategory.UNKNOWN))
                .hasMessageContainingAll(words);
    }

    @Test
    void aRequestIsAsTheProtocolHasIt() {
        assertThat(new String(EndpointText.request(CONFIG, List.of("a \"b\"", "c\n")), UTF_8))
                .isEqualTo(
                        "{\"model\":\"some-model\",\"input\":[\"a \\\"b\\\"\",\"c\\n\"],\"encoding_format\":\"float\"}");
        assertThat(new String(EndpointText.request(config(true), List.of("a")), UTF_8))
                .isEqualTo(
                        "{\"model\":\"some-model\",\"input\":[\"a\"],\"encoding_format\":\"float\",\"dimensions\":384}");
    }

    @Test
    void vectorsComeInTheOrderOfTheTextsAndAreAsLongAsOne() {
        List<float[]> vectors =
                vectors(answer(item("1", numbers(384, 5, "-0.25")), item("0", numbers(384, 7, "3e2"))), 2);

        assertThat(vectors).hasSize(2);
        assertThat(vectors.get(0)[7]).isCloseTo(1, within(1e-6f));
        assertThat(vectors.get(1)[5]).isCloseTo(-1, within(1e-6f));
        assertThat(vectors.get(1)).hasSize(384);
    }

    @Test
    void aVectorOfAnotherLengthIsToldWithWhatIsNeeded() {
        isRefused(
                answer(item("0", numbers(1536, 0, "1"))),
                1,
                "'some-model'",
                "1536",
                "384 are needed",
                "holdfast.memory.endpoint-model",
                "holdfast.memory.endpoint-dimensions");
        isRefused(answer(item("0", "[]")), 1, "of 0 numbers", "384 are needed");
    }

    @Test
    void eachTextHasOneVector() {
        String good = numbers(384, 0, "1");

        isRefused(answer(item("0", good)), 2, "1 vectors for 2 texts");
        isRefused(answer(item("0", good), item("1", good)), 1, "2 vectors for 1 texts");
        isRefused(answer(item("0", good), item("0", good)), 2, "two vectors with the index 0");
        for (String index : List.of("-1", "2", "0.5", "\"0\"", "null", "99999999999")) {
            isRefused(answer(item("0", good), item(index, good)), 2, "the index " + index);
        }
        isRefused(answer("{\"embedding\":" + good + "}"), 1, "the index none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e39", "-1e39", "1e400", "null", "\"1\"", "true", "[1]"})
    void whatIsNoFiniteNumberIsRefused(String number) {
        isRefused(answer(item("0", numbers(384, 383, number))), 1, "no finite number");
    }

    @Test
    void aVectorOfZerosHasNoDirection() {
        isRefused(answer(item("0", numbers(384, 0, "0.0"))), 1, "zeros");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html><body>Welcome</body></html>",
                "{\"data\":[{\"index\":0,\"embedding\":[NaN]}]}",
                "{\"data\":[",
                "[]",
                "{}",
                "null",
                "{\"data\":{}}",
                "{\"data\":[7]}",
                "{\"data\":[{\"index\":0,\"embedding\":\"AACAPw==\"}]}"
            })
    void whatIsNoAnswerIsRefused(String body) {
        isRefused(body, 1, "the answer of the endpoint that embeds");
    }

    @ParameterizedTest
    @CsvSource({
        "400, VALIDATION, false, holdfast.memory.endpoint-model",
        "401, UNKNOWN,    false, holdfast.memory.endpoint-key",
        "403, UNKNOWN,    false, holdfast.memory.endpoint-key",
        "404, UNKNOWN,    false, holdfast.memory.endpoint-url",
        "413, VALIDATION, false, holdfast.memory.endpoint-model",
        "422, VALIDATION, false, holdfast.memory.endpoint-model",
        "302, UNKNOWN,    false, holdfast.memory.endpoint-url",
        "429, CONNECTION, true,  try again later",
        "500, CONNECTION, true,  try again later",
        "503, CONNECTION, true,  try again later"
    })
    void aStatusSaysWhatTheCallerMayDoAndWhereToLook(
            int status, ErrorCategory category, boolean isRetryable, String where) {
        SessionException failure =
                EndpointText.failure(CONFIG, status, "{\"error\":{\"message\":\"not top-secret\"}}".getBytes(UTF_8));

        assertThat(failure.category()).isEqualTo(category);
        assertThat(failure.isRetryable()).isEqualTo(isRetryable);
        assertThat(failure).hasNoCause();
        assertThat(failure.getMessage())
                .contains(Integer.toString(status), where)
                .doesNotContain("top-secret");
    }

    @Test
    void whatTheEndpointSaysOfATextIsTold() {
        assertThat(EndpointText.failure(
                        CONFIG, 400, "{\"error\":{\"message\":\"too long:\\n9000 tokens\"}}".getBytes(UTF_8)))
                .hasMessageContaining("to the text: too long: 9000 tokens (if");
        assertThat(EndpointText.failure(CONFIG, 413, "Too large".getBytes(UTF_8)))
                .hasMessageContaining("to the text: Too large (if");
        assertThat(EndpointText.failure(CONFIG, 422, new byte[0])).hasMessageContaining("(nothing)");
        assertThat(EndpointText.failure(CONFIG, 400, "x".repeat(4000).getBytes(UTF_8))
                        .getMessage())
                .hasSizeLessThan(600);
    }
}
