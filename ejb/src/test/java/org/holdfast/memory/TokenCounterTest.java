package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** With the real tokenizer. */
class TokenCounterTest {
    private final TokenCounter counter = new TokenCounter();

    @Test
    void anEnglishSentenceHasATokenForEachWordAndSign() {
        assertThat(counter.count("My daughter is allergic to peanuts, so we read every label."))
                .isBetween(13, 16);
        assertThat(counter.count("")).isZero();
    }

    @Test
    void whatTheTokenizerCannotReadIsNotCountedAsOne() {
        assertThat(counter.count("a".repeat(32_000))).isGreaterThanOrEqualTo(4_000);
        assertThat(counter.count("\uD83E\uDD86")).isGreaterThanOrEqualTo(2);
        assertThat(counter.count("\n".repeat(40))).isEqualTo(40);
        assertThat(counter.count("\u05d0\u05d1\u05d2\u05d3")).isGreaterThanOrEqualTo(4);
    }

    @Test
    void textsTogetherHaveNoMoreThanEachAndTheBreak() {
        List<String> texts = List.of(
                "Ann: we painted the kitchen", "[1] 2026-01-31", "\uD83E\uDD86", "x", "", "antidisestablishmentarian");
        for (String one : texts) {
            for (String other : texts) {
                assertThat(counter.count(one + "\n" + other))
                        .isLessThanOrEqualTo(counter.count(one) + 1 + counter.count(other));
            }
        }
    }
}
