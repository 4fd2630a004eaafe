package org.holdfast.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
    enum Kind {
        ONE,
        TWO
    }

    record Sample(
            @Nullable String text,
            @Nullable Integer number,
            @Nullable Boolean flag,
            @Nullable Instant at,
            @Nullable UUID id,
            @Nullable Kind kind,
            @Nullable List<String> tags,
            @Nullable JsonDocument free,
            Patched<String> patch) {
        Sample {
            if (text != null) {
                Fields.text("text", text, 10);
            }
        }
    }

    private static Sample read(String json) {
        return StrictJson.read(json.getBytes(StandardCharsets.UTF_8), Sample.class);
    }

    private static String write(Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StrictJson.write(value, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsRightIsRead() {
        Sample sample =
                read("{\"text\":\"a\\uD83D\\uDE00\",\"number\":7,\"flag\":true,\"at\":\"2026-01-31T10:00:00+01:00\","
                        + "\"kind\":\"TWO\",\"tags\":[\"x\"],\"free\":{\"a\":[1.50,null]},\"patch\":\"p\"}");

        assertThat(sample.text()).isEqualTo("a\uD83D\uDE00");
        assertThat(sample.number()).isEqualTo(7);
        assertThat(sample.at()).isEqualTo(Instant.parse("2026-01-31T09:00:00Z"));
        assertThat(sample.kind()).isEqualTo(Kind.TWO);
        assertThat(sample.free()).isEqualTo(new JsonDocument("{\"a\":[1.50,null]}"));
        assertThat(sample.patch().value()).contains("p");
    }

    @Test
    void leftOutAndNullDifferInAPatch() {
        assertThat(read("{}").patch().isPresent()).isFalse();
        Patched<String> cleared = read("{\"patch\":null}").patch();
        assertThat(cleared.isPresent()).isTrue();
        assertThat(cleared.value()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"text\":1}|field 'text' must be a text",
                "{\"text\":true}|field 'text' must be a text",
                "{\"text\":[\"a\"]}|field 'text' must be a text",
                "{\"text\":{}}|field 'text' must be a text",
                "{\"number\":\"1\"}|field 'number' must be a whole number",
                "{\"number\":\"\"}|field 'number' must be a whole number",
                "{\"number\":1.0}|field 'number' must be a whole number",
                "{\"number\":true}|field 'number' must be a whole number",
                "{\"flag\":\"true\"}|field 'flag' must be true or false",
                "{\"flag\":1}|field 'flag' must be true or false",
                "{\"at\":5}|field 'at' must be a time",
                "{\"at\":\"now\"}|field 'at' must be a time",
                "{\"at\":\"2026-01-31T10:00:00\"}|field 'at' must be a time",
                "{\"at\":\"+12026-01-31T10:00:00Z\"}|field 'at' must be a time",
                "{\"id\":\"1\"}|field 'id' must be a UUID",
                "{\"kind\":\"THREE\"}|field 'kind' must be one of [ONE, TWO]",
                "{\"kind\":0}|field 'kind' must be",
                "{\"kind\":\"\"}|field 'kind' must be",
                "{\"tags\":\"x\"}|field 'tags' must be an array",
                "{\"tags\":[1]}|field 'tags.0' must be a text",
                "{\"tags\":\"\"}|field 'tags' must be an array",
                "{\"patch\":1}|field 'patch' must be a text",
                "{\"other\":1}|field 'other' is not known here",
                "{\"text\":\"a\",\"text\":\"b\"}|Duplicate field 'text'",
                "{\"text\":\" \"}|field 'text' is blank",
                "{\"text\":\"12345678901\"}|field 'text' has 11 characters; it must have at most 10",
                "{\"text\":\"a\\u0000\"}|field 'text' contains the character U+0000",
                "{\"text\":\"a\\uD800\"}|field 'text' contains half a surrogate pair, U+D800",
                "{\"text\":\"\\uDC00a\"}|field 'text' contains half a surrogate pair, U+DC00",
                "{\"free\":{\"deep\":[\"a\\u0000\"]}}|field 'free.deep.0' contains the character U+0000",
                "{\"free\":{\"\\u0000\":1}}|a field's name contains the character U+0000",
                "{} {}|more than one JSON value",
                "{} x|not JSON",
                "{\"text\":|not JSON",
                "{'text':'a'}|not JSON",
                "{\"number\":NaN}|not JSON",
                "[]|the body must be an object",
                "\"\"|the body must be an object",
                "1|the body must be an object",
                "null|the body is null"
            })
    void whatIsWrongIsRefusedByName(String json, String reason) {
        assertThatThrownBy(() -> read(json)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(400);
            assertThat(refused.problem().detail()).contains(reason);
        });
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertThatThrownBy(() -> read("")).hasMessageContaining("the body is empty");
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] rawSurrogate = {
            '{', '"', 't', 'e', 'x', 't', '"', ':', '"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"', '}'
        };

        assertThatThrownBy(() -> StrictJson.read(rawSurrogate, Sample.class)).hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{\"a\":"})
    void whatIsNestedTooDeepIsRefused(String opening) {
        assertThatThrownBy(() -> read(opening.repeat(5000))).hasMessageContaining("nested deeper than 64");
    }

    @Test
    void aNumberOfThousandsOfDigitsIsRefused() {
        assertThatThrownBy(() -> read("{\"free\":" + "9".repeat(5000) + "}")).hasMessageContaining("100 characters");
    }

    @Test
    void absentValuesAreLeftOutButNotTheEndOfAList() throws IOException {
        record Partly(@Nullable String left, Instant at, JsonDocument free) {}

        assertThat(write(new Partly(null, Instant.parse("2026-01-31T10:00:00.120Z"), new JsonDocument("{\"a\": 1}"))))
                .isEqualTo("{\"at\":\"2026-01-31T10:00:00.120Z\",\"free\":{\"a\": 1}}");
        assertThat(write(new Page<>(List.of("a"), null))).isEqualTo("{\"items\":[\"a\"],\"next\":null}");
    }
}
