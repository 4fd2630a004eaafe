package org.holdfast.memory;

import java.util.Optional;
import org.holdfast.settings.Settings;
import org.holdfast.settings.VectorSettings;

/**
 * A model that embeds, as the configuration names it.
 *
 * @param keys what the names of its settings begin with
 * @param className the class of another {@code dev.langchain4j.model.embedding.EmbeddingModel} that has a constructor without
 *     parameters; empty for the one that comes with the application
 * @param endpoint what embeds in place of a model in the process; empty: nothing does
 * @param dimensions how many numbers its vectors must have
 */
record ModelConfig(String keys, Optional<String> className, Optional<EndpointConfig> endpoint, int dimensions) {
    /** The model that comes with the application, as its makers call it. */
    static final String OWN = "all-MiniLM-L6-v2";

    /** Where texts are embedded. */
    enum Where {
        in_process,
        http
    }

    static ModelConfig from(Settings settings, String keys) {
        String classKey = classKey(keys);
        Optional<String> className = settings.text(classKey);
        Optional<EndpointConfig> endpoint = switch (settings.choice(keys + "embedder", Where.in_process)) {
            case in_process -> Optional.empty();
            case http -> Optional.of(EndpointConfig.from(settings, keys));
        };
        if (endpoint.isPresent() && className.isPresent()) {
            // Most likely meant as the name of the endpoint's model.
            throw new IllegalArgumentException("configuration " + classKey + " = '" + className.get()
                    + "' is not allowed: it must not be set with " + keys + "embedder = http, whose model is "
                    + endpoint.get().modelKey());
        }
        int dimensions = VectorSettings.dimensions(settings);
        if (endpoint.isEmpty() && className.isEmpty() && dimensions != VectorSettings.DIMENSIONS) {
            throw new IllegalArgumentException("configuration " + VectorSettings.KEY + " = '" + dimensions
                    + "' is not allowed with the model that comes with the application: it must be "
                    + VectorSettings.DIMENSIONS + "; name another one by " + classKey + ", or set " + keys
                    + "embedder = http");
        }
        return new ModelConfig(keys, className, endpoint, dimensions);
    }

    private static String classKey(String keys) {
        return keys + "embedding-model";
    }

    /** The setting that names the class. */
    String classKey() {
        return classKey(keys);
    }

    /** The name of the model: vectors of one name are comparable. */
    String name() {
        return endpoint.map(EndpointConfig::model).or(() -> className).orElse(OWN);
    }
}
