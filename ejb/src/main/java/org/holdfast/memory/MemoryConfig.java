package org.holdfast.memory;

import java.util.Optional;
import org.holdfast.settings.Settings;

/**
 * Configuration of this feature.
 *
 * @param embeddingModel the class of another {@code dev.langchain4j.model.embedding.EmbeddingModel} that has a constructor
 *     without parameters; empty for the one that comes with the application
 * @param embeddingsAtOnce inferences that run at the same time while memories are imported
 * @param vectorsRemembered short texts whose vectors are kept, about 2 KB each
 */
record MemoryConfig(Optional<String> embeddingModel, int embeddingsAtOnce, int vectorsRemembered) {
    private static final int THREADS_MAX = 256;
    private static final int VECTORS_DEFAULT = 10_000;
    private static final int VECTORS_MAX = 1_000_000;

    MemoryConfig {
        requireRange("embeddings at once", embeddingsAtOnce, 1, THREADS_MAX);
        requireRange("vectors remembered", vectorsRemembered, 0, VECTORS_MAX);
    }

    static MemoryConfig from(Settings settings) {
        int cores = Math.min(Runtime.getRuntime().availableProcessors(), THREADS_MAX);
        return new MemoryConfig(
                settings.text("holdfast.memory.embedding-model"),
                settings.integer("holdfast.memory.embeddings-at-once", cores, 1, THREADS_MAX),
                settings.integer("holdfast.memory.vectors-remembered", VECTORS_DEFAULT, 0, VECTORS_MAX));
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " = " + value + " is not from " + min + " to " + max);
        }
    }
}
