package org.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TurnLineTest {
    @Test
    void aTurnBecomesAConversationMemory() throws TurnLine.InvalidException {
        String memory = convert(
                "{\"conversation\":\"c\",\"turn\":0,\"speaker\":\"s\",\"text\":\"t\",\"at\":\"2026-01-31T10:00:00Z\",\"x\":1}");

        assertThat(memory)
                .isEqualTo(
                        "{\"kind\":\"CONVERSATION\",\"conversation\":\"c\",\"turn\":0,\"speaker\":\"s\",\"text\":\"t\","
                                + "\"at\":\"2026-01-31T10:00:00Z\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            not json                                                                | not JSON
            []                                                                      | not a JSON object
            {} {}                                                                   | not one JSON object
            {"turn":1,"speaker":"s","text":"t"}                                     | "conversation" is missing
            {"conversation":7,"turn":1,"speaker":"s","text":"t"}                    | "conversation" must be a string
            {"conversation":"c","turn":-1,"speaker":"s","text":"t"}                 | "turn" must be an integer
            {"conversation":"c","turn":1.5,"speaker":"s","text":"t"}                | "turn" must be an integer
            {"conversation":"c","turn":"1","speaker":"s","text":"t"}                | "turn" must be an integer
            {"conversation":"c","turn":1,"speaker":null,"text":"t"}                 | "speaker" is missing
            {"conversation":"c","turn":1,"speaker":"s","text":"\\ud800"}            | half a surrogate pair
            {"conversation":"c","turn":1,"speaker":"s","text":"t","at":"yesterday"} | "at" must be a time
            {"conversation":"c","conversation":"d","turn":1}                        | Duplicate field
            """)
    void aLineThatIsNoTurnSaysWhy(String line, String reason) {
        assertThatThrownBy(() -> convert(line))
                .isInstanceOf(TurnLine.InvalidException.class)
                .hasMessageContaining(reason);
    }

    private static String convert(String line) throws TurnLine.InvalidException {
        return new String(TurnLine.toMemory(line.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }
}
