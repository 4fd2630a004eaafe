package org.holdfast.memory;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.SessionException;

/**
 * The embedding models of this instance, each loaded once beside the requests: the one of the stored vectors, and one that may take
 * its place. It embeds nothing with a model that is not configured. Thread-safe.
 */
@ApplicationScoped
class Embedder {
    private static final Logger LOG = Logger.getLogger(Embedder.class.getName());
    private static final Duration LOADING_WAIT_MAX = Duration.ofSeconds(30);
    private static final Duration EMBEDDING_WAIT_MAX = Duration.ofSeconds(60);
    // A tenant's model changes once, and a replica may tell it late.
    private static final int ATTEMPTS_MAX = 3;

    @Resource
    ManagedExecutorService executor;

    @Inject
    MemoryConfig config;

    @Inject
    InstantSource clock;

    @Inject
    StoredModel stored;

    private record Loading(ModelConfig config, AtomicBoolean isBegun, CompletableFuture<ParallelEmbedding> model) {}

    // Filled once, read only from then on.
    private final Map<String, Loading> models = new HashMap<>();

    @PostConstruct
    void names() {
        for (ModelConfig model : config.models()) {
            models.put(model.name(), new Loading(model, new AtomicBoolean(), new CompletableFuture<>()));
        }
    }

    /** Begins to load the configured model, once; the one that may take its place is loaded when it is needed. */
    void load() {
        load(Optional.ofNullable(models.get(config.model().name())).orElseThrow());
    }

    private void load(Loading loading) {
        if (loading.isBegun().compareAndSet(false, true)) {
            executor.execute(() -> {
                try {
                    loading.model()
                            .complete(new ParallelEmbedding(
                                    EmbeddingModels.source(loading.config(), config.embeddingsAtOnce(), clock),
                                    executor,
                                    config.vectorsRemembered()));
                } catch (RuntimeException | Error failure) {
                    LOG.log(Level.SEVERE, "the embedding model cannot be loaded; memories cannot be written", failure);
                    loading.model().completeExceptionally(failure);
                }
            });
        }
    }

    /**
     * Work with vectors of a tenant's model, whose name it is given. When that is not the tenant's any more, which
     * {@link StoredModel} tells inside of the work's session, the work is done again with the one that is.
     *
     * @throws SessionException as the work does; when the model is not configured; when it changes again and again
     */
    <T> T withModel(UUID tenant, Function<String, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.apply(modelOf(tenant));
            } catch (ModelChangedException changed) {
                if (attempt == ATTEMPTS_MAX) {
                    throw isChanging();
                }
            }
        }
    }

    /** Of which model a tenant's texts are to be embedded, as it was seen last. */
    String modelOf(UUID tenant) {
        return stored.state().modelOf(tenant);
    }

    /** Within the session that stores a vector; see {@link StoredModel#hold}. */
    void hold(EntityManager session, UUID tenant, String model) {
        stored.hold(session, tenant, model);
    }

    /** That the caller should come again, soon. */
    static NothingHappenedException isChanging() {
        return new NothingHappenedException(
                ErrorCategory.CONNECTION,
                "the tenant's memories are getting vectors of another model at this moment; try again later");
    }

    /**
     * The vector of a text, computed on the calling thread. It may take as long as an endpoint is waited for, so not in a session:
     * that would hold a connection, and rows, meanwhile.
     *
     * @throws SessionException when there is none now, or never for this text
     */
    float[] embed(String model, String text) {
        return loaded(model).embed(text);
    }

    /** The vectors of texts, in their order, computed beside the caller; to be waited for by {@link #await}. */
    Future<List<float[]>> embedAll(String model, List<String> texts) {
        return loaded(model).embedAll(texts);
    }

    /**
     * Waits for vectors.
     *
     * @throws SessionException when there are none now, or never for these texts
     */
    static List<float[]> await(Future<List<float[]>> vectors) {
        try {
            return await(vectors, EMBEDDING_WAIT_MAX);
        } finally {
            // What nobody waits for any more need not be computed; otherwise without effect.
            vectors.cancel(false);
        }
    }

    private ParallelEmbedding loaded(String model) {
        stored.requireConfigured(model);
        Loading loading = Optional.ofNullable(models.get(model)).orElseThrow();
        load(loading);
        return await(loading.model(), LOADING_WAIT_MAX);
    }

    private static <T> T await(Future<T> future, Duration waitMax) {
        try {
            return future.get(waitMax.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new NothingHappenedException(
                    ErrorCategory.TIMEOUT, "the embedding model did not answer within " + waitMax, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NothingHappenedException(
                    ErrorCategory.UNKNOWN, "interrupted while waiting for the embedding model", interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SessionException known) {
                throw known;
            }
            throw new IllegalStateException("the embedding model cannot be used", failed.getCause());
        }
    }
}
