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
 * @param endpoint what embeds in place of a model in the process; empty: nothing does
 */
record MemoryConfig(
        Optional<String> embeddingModel,
        int embeddingsAtOnce,
        int vectorsRemembered,
        Optional<EndpointConfig> endpoint) {
    private static final String EMBEDDING_MODEL = "holdfast.memory.embedding-model";
    private static final int THREADS_MAX = 256;
    private static final int VECTORS_DEFAULT = 10_000;
    private static final int VECTORS_MAX = 1_000_000;

    /** Where texts are embedded, as the configuration names it. */
    private enum Where {
        in_process,
        http
    }

    MemoryConfig {
        requireRange("embeddings at once", embeddingsAtOnce, 1, THREADS_MAX);
        requireRange("vectors remembered", vectorsRemembered, 0, VECTORS_MAX);
    }

    static MemoryConfig from(Settings settings) {
        int cores = Math.min(Runtime.getRuntime().availableProcessors(), THREADS_MAX);
        Optional<String> className = settings.text(EMBEDDING_MODEL);
        Optional<EndpointConfig> endpoint = switch (settings.choice("holdfast.memory.embedder", Where.in_process)) {
            case in_process -> Optional.empty();
            case http -> Optional.of(EndpointConfig.from(settings));
        };
        if (endpoint.isPresent() && className.isPresent()) {
            // Most likely meant as the name of the endpoint's model.
            throw new IllegalArgumentException("configuration " + EMBEDDING_MODEL + " = '" + className.get()
                    + "' is not allowed: it must not be set with holdfast.memory.embedder = http, whose model is "
                    + EndpointConfig.MODEL);
        }
        return new MemoryConfig(
                className,
                settings.integer("holdfast.memory.embeddings-at-once", cores, 1, THREADS_MAX),
                settings.integer("holdfast.memory.vectors-remembered", VECTORS_DEFAULT, 0, VECTORS_MAX),
                endpoint);
    }

    private static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " = " + value + " is not from " + min + " to " + max);
        }
    }
}
