package org.holdfast.memory;

import dev.langchain4j.model.embedding.EmbeddingModel;
import java.time.InstantSource;
import java.util.Optional;
import org.holdfast.model.memory.Embedding;

/** Makes what embeds, as the configuration names it. */
final class EmbeddingModels {
    /** The model that comes with the application, as its makers call it. */
    static final String OWN = "all-MiniLM-L6-v2";

    private EmbeddingModels() {}

    /** The name of the configured model: vectors of one name are comparable. */
    static String name(MemoryConfig config) {
        return config.endpoint()
                .map(EndpointConfig::model)
                .or(config::embeddingModel)
                .orElse(OWN);
    }

    /**
     * Makes what embeds.
     *
     * @param clock by which an endpoint's dates are understood
     * @throws IllegalArgumentException when there is no such model or it does not fit the schema
     */
    static EmbeddingSource source(MemoryConfig config, InstantSource clock) {
        return config.endpoint()
                .<EmbeddingSource>map(endpoint -> new EmbeddingEndpoint(endpoint, clock))
                .orElseGet(() -> new InProcessSource(load(config.embeddingModel()), config.embeddingsAtOnce()));
    }

    /**
     * Loads a model.
     *
     * @param className a class on the application's class path; empty for the one that comes with the application
     * @throws IllegalArgumentException when there is no such model or it does not fit the schema
     */
    static EmbeddingModel load(Optional<String> className) {
        EmbeddingModel model = className.map(EmbeddingModels::instance).orElseGet(OneThreadMiniLm::load);
        if (model.dimension() != Embedding.DIMENSIONS) {
            throw new IllegalArgumentException(
                    "the embedding model " + model.getClass().getName() + " has " + model.dimension()
                            + " dimensions; the schema needs " + Embedding.DIMENSIONS);
        }
        return model;
    }

    private static EmbeddingModel instance(String className) {
        try {
            return Class.forName(className, true, Thread.currentThread().getContextClassLoader())
                    .asSubclass(EmbeddingModel.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException unusable) {
            throw new IllegalArgumentException(
                    "configuration holdfast.memory.embedding-model = '" + className
                            + "' is not allowed: it must be an EmbeddingModel of LangChain4j with a constructor without"
                            + " parameters",
                    unusable);
        }
    }
}
