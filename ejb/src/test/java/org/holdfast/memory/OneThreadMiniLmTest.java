package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** With the real model, because what it cannot read is its own affair. */
class OneThreadMiniLmTest {
    @Test
    void everyTextThatMayBeStoredHasAVectorOfLengthOne() {
        ParallelEmbedding embedding =
                new ParallelEmbedding(new InProcessSource(OneThreadMiniLm.load(), 1), Runnable::run, 10);

        for (String text : List.of(
                ".",
                "\uD83D\uDE42",
                "\u200b",
                "\u0001",
                "\u05d0\u05d1",
                "a".repeat(32_000),
                "and so on ".repeat(788))) {
            float[] vector = embedding.embed(text);
            double square = 0;
            for (float part : vector) {
                square += part * part;
            }
            assertThat(square).as("length of the vector of '%.10s'", text).isBetween(0.999, 1.001);
        }
    }
}
