package org.holdfast.memory;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.SessionException;

/**
 * The embedding model of this instance, loaded once beside the requests. It embeds nothing while the stored vectors are of
 * another model. Thread-safe.
 */
@ApplicationScoped
class Embedder {
    private static final Logger LOG = Logger.getLogger(Embedder.class.getName());
    private static final Duration LOADING_WAIT_MAX = Duration.ofSeconds(30);
    private static final Duration EMBEDDING_WAIT_MAX = Duration.ofSeconds(60);

    @Resource
    ManagedExecutorService executor;

    @Inject
    MemoryConfig config;

    @Inject
    InstantSource clock;

    @Inject
    StoredModel stored;

    private final AtomicBoolean isLoading = new AtomicBoolean();
    private final CompletableFuture<ParallelEmbedding> model = new CompletableFuture<>();

    /** Begins to load the model, once. */
    void load() {
        if (isLoading.compareAndSet(false, true)) {
            executor.execute(() -> {
                try {
                    model.complete(new ParallelEmbedding(
                            EmbeddingModels.source(config, clock), executor, config.vectorsRemembered()));
                } catch (RuntimeException | Error failure) {
                    LOG.log(Level.SEVERE, "the embedding model cannot be loaded; memories cannot be written", failure);
                    model.completeExceptionally(failure);
                }
            });
        }
    }

    /**
     * The vector of a text, computed on the calling thread. It may take as long as an endpoint is waited for, so not in a session:
     * that would hold a connection, and rows, meanwhile.
     *
     * @throws SessionException when there is none now, or never for this text
     */
    float[] embed(String text) {
        return loaded().embed(text);
    }

    /** The vectors of texts, in their order, computed beside the caller; to be waited for by {@link #await}. */
    Future<List<float[]>> embedAll(List<String> texts) {
        return loaded().embedAll(texts);
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

    private ParallelEmbedding loaded() {
        stored.requireConfigured();
        load();
        return await(model, LOADING_WAIT_MAX);
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
