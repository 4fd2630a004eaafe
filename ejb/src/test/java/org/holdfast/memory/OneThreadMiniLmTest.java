package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.store.embedding.CosineSimilarity;
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

    @Test
    void vectorsAreThoseOfTheModelAsItIsDelivered() {
        EmbeddingModel ours = OneThreadMiniLm.load();
        EmbeddingModel delivered = new AllMiniLmL6V2QuantizedEmbeddingModel();

        for (String text : List.of(
                "What did Grad B say about the structure of the belief net?",
                "don't  re-use\tE-mail: a.b@c.org, 3.5% \u2013 \u00dcber \u65e5\u672c\u8a9e \uD83D\uDE42",
                "[UNK] [SEP] ##ing",
                "and so on ".repeat(788))) {
            assertThat(CosineSimilarity.between(
                            ours.embed(text).content(), delivered.embed(text).content()))
                    .as("cosine of both vectors of '%.10s'", text)
                    .isGreaterThan(0.9999);
        }
    }
}
