package org.holdfast.memory;

import dev.langchain4j.model.embedding.EmbeddingModel;

/** The application's embedding model for benchmarks, which stand in other packages. */
public final class MiniLm {
    private MiniLm() {}

    /** Loads it. */
    public static EmbeddingModel load() {
        return OneThreadMiniLm.load();
    }
}
