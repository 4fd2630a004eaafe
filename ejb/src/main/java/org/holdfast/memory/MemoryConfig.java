package org.holdfast.memory;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.holdfast.settings.Settings;

/**
 * Configuration of this feature.
 *
 * @param model what embeds
 * @param next what is to embed in its place, once the stored memories have been embedded anew; empty: nothing is
 * @param embeddingsAtOnce inferences that run at the same time while memories are imported
 * @param vectorsRemembered short texts whose vectors are kept, about 2 KB each
 */
record MemoryConfig(ModelConfig model, Optional<ModelConfig> next, int embeddingsAtOnce, int vectorsRemembered) {
    static final String KEYS = "holdfast.memory.";
    static final String NEXT_KEYS = "holdfast.memory.next-";

    private static final List<String> NEXT_NEEDS_EMBEDDER =
            List.of("embedding-model", "endpoint-url", "endpoint-model", "endpoint-key");
    private static final int THREADS_MAX = 256;
    private static final int VECTORS_DEFAULT = 10_000;
    private static final int VECTORS_MAX = 1_000_000;

    MemoryConfig {
        requireRange("embeddings at once", embeddingsAtOnce, 1, THREADS_MAX);
        requireRange("vectors remembered", vectorsRemembered, 0, VECTORS_MAX);
        if (next.filter(other -> other.name().equals(model.name())).isPresent()) {
            throw new IllegalArgumentException("configuration " + NEXT_KEYS + "embedder is not allowed: its model '"
                    + model.name() + "' must be another one than that of " + KEYS
                    + "embedder; when the change is done, leave it out");
        }
    }

    static MemoryConfig from(Settings settings) {
        int cores = Math.min(Runtime.getRuntime().availableProcessors(), THREADS_MAX);
        return new MemoryConfig(
                ModelConfig.from(settings, KEYS),
                next(settings),
                settings.integer("holdfast.memory.embeddings-at-once", cores, 1, THREADS_MAX),
                settings.integer("holdfast.memory.vectors-remembered", VECTORS_DEFAULT, 0, VECTORS_MAX));
    }

    private static Optional<ModelConfig> next(Settings settings) {
        String embedder = NEXT_KEYS + "embedder";
        if (settings.text(embedder).isPresent()) {
            return Optional.of(ModelConfig.from(settings, NEXT_KEYS));
        }
        // Set, and without effect: it would be found out when the model is to be changed.
        for (String key : NEXT_NEEDS_EMBEDDER) {
            if (settings.text(NEXT_KEYS + key).isPresent()) {
                throw new IllegalArgumentException("configuration " + NEXT_KEYS + key + " is not allowed without "
                        + embedder + ", which must be in-process or http");
            }
        }
        return Optional.empty();
    }

    /** Every model that can embed here. */
    List<ModelConfig> models() {
        return Stream.concat(Stream.of(model), next.stream()).toList();
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " = " + value + " is not from " + min + " to " + max);
        }
    }
}
