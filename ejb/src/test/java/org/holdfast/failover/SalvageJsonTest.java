package org.holdfast.failover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SalvageJsonTest {
    private static String json(String column, int type, @Nullable String text) {
        return SalvageJson.object(
                new SalvagedRow(List.of(new SalvagedValue(new SalvagedColumn(column, type, false), text))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "16|t|true",
                "16|f|false",
                "23|-7|-7",
                "20|9223372036854775807|9223372036854775807",
                "1700|0.10|0.10",
                "1700|NaN|\"NaN\"",
                "701|1e+20|1e+20",
                "701|-Infinity|\"-Infinity\"",
                "3802|[1, {\"a\": null}]|[1, {\"a\": null}]",
                "114|{ }|\"{ }\"",
                "25|7|\"7\"",
                "25|t|\"t\""
            })
    void valuesAreOfTheirType(int type, String text, String expected) {
        assertThat(json("c", type, text)).isEqualTo("{\"c\":" + expected + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\"", "\\", "\\u0041", "line\nbreak\ttab\r", "\u0001\u001f", "é 漢 \ud83d\ude00", "a\"b"})
    void everyTextComesBackAsItWas(String text) throws IOException {
        assertThat(new ObjectMapper().readTree(json(text, 25, text)).path(text).textValue())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"password_hash", "refresh_hash", "family_hash"})
    void secretsAreMaskedUnlessThereIsNone(String column) {
        assertThat(json(column, 17, "\\x00ff")).isEqualTo("{\"" + column + "\":\"***\"}");
        assertThat(json(column, 17, null)).isEqualTo("{\"" + column + "\":null}");
    }

    @Test
    void columnsKeepTheirOrder() {
        List<SalvagedValue> values = Arrays.asList(
                new SalvagedValue(new SalvagedColumn("b", 23, true), "1"),
                new SalvagedValue(new SalvagedColumn("a", 25, false), "x"));

        assertThat(SalvageJson.object(new SalvagedRow(values))).isEqualTo("{\"b\":1,\"a\":\"x\"}");
    }
}
