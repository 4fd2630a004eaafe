package org.holdfast.memory;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A model in this process. Texts are not put together into larger inferences: on short texts that is no quicker, and a
 * quantised model then gives each text a vector that depends on its neighbours. As thread-safe as the model.
 */
final class InProcessSource implements EmbeddingSource {
    // What is embedded for a text in which the model finds nothing to read, such as one zero-width space.
    private static final String NOTHING = ".";

    private final EmbeddingModel model;
    private final int callsMax;

    InProcessSource(EmbeddingModel model, int callsMax) {
        this.model = model;
        this.callsMax = callsMax;
    }

    @Override
    public int textsMax() {
        return 1;
    }

    @Override
    public int callsMax() {
        return callsMax;
    }

    @Override
    public List<float[]> embed(List<String> texts, BooleanSupplier isWanted) {
        return texts.stream().map(this::infer).toList();
    }

    private float[] infer(String text) {
        try {
            return model.embed(TextSegment.from(text)).content().vector();
        } catch (IllegalArgumentException nothingToRead) {
            if (text.equals(NOTHING)) {
                throw nothingToRead;
            }
            return infer(NOTHING);
        }
    }
}
