package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpectedAnswerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "When did she move?",
                "  Since when is that so?",
                "how many dogs are there",
                "So, How long did it take?",
                "In what year was it?"
            })
    void whoAsksForTimesOrNumbersExpectsThem(String question) {
        assertThat(ExpectedAnswer.words(question)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What does he do when it rains?",
                "how did it go",
                "Whenever",
                "what time-outs are there?",
                "",
                "¿cuándo?"
            })
    void allElseMayBeAnsweredByAnything(String question) {
        assertThat(ExpectedAnswer.words(question)).isEmpty();
    }
}
