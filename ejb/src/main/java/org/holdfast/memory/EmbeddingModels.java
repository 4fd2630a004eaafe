package org.holdfast.memory;

import dev.langchain4j.model.embedding.EmbeddingModel;
import java.time.InstantSource;
import org.holdfast.settings.VectorSettings;

/** Makes what embeds, as the configuration names it. */
final class EmbeddingModels {
    private EmbeddingModels() {}

    /**
     * Makes what embeds.
     *
     * @param callsMax inferences of a model in the process that run at the same time
     * @param clock by which an endpoint's dates are understood
     * @throws IllegalArgumentException when there is no such model or it has not the configured dimensions
     */
    static EmbeddingSource source(ModelConfig config, int callsMax, InstantSource clock) {
        return config.endpoint()
                .<EmbeddingSource>map(endpoint -> new EmbeddingEndpoint(endpoint, clock))
                .orElseGet(() -> new InProcessSource(load(config), callsMax));
    }

    /**
     * Loads a model in this process.
     *
     * @throws IllegalArgumentException when there is no such model or it has not the configured dimensions
     */
    static EmbeddingModel load(ModelConfig config) {
        EmbeddingModel model = config.className()
                .map(className -> instance(config.classKey(), className))
                .orElseGet(OneThreadMiniLm::load);
        if (model.dimension() != config.dimensions()) {
            throw new IllegalArgumentException(
                    "the embedding model " + model.getClass().getName() + " has " + model.dimension() + " dimensions; "
                            + VectorSettings.KEY + " is " + config.dimensions());
        }
        return model;
    }

    private static EmbeddingModel instance(String key, String className) {
        try {
            return Class.forName(className, true, Thread.currentThread().getContextClassLoader())
                    .asSubclass(EmbeddingModel.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException unusable) {
            throw new IllegalArgumentException(
                    "configuration " + key + " = '" + className
                            + "' is not allowed: it must be an EmbeddingModel of LangChain4j with a constructor without"
                            + " parameters",
                    unusable);
        }
    }
}
