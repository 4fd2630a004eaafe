package org.holdfast.memory;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Embeds texts one by one, several at once, and a repeated text only once. Texts are not put together into larger
 * inferences: on short texts that is no quicker, and a quantised model then gives each text a vector that depends on its
 * neighbours. Vectors are shared and must not be changed. Thread-safe.
 */
final class ParallelEmbedding {
    // What is embedded for a text in which the model finds nothing to read, such as one zero-width space.
    private static final String NOTHING = ".";

    private final EmbeddingModel model;
    private final BoundedWorkers workers;
    private final VectorMemo memo;

    ParallelEmbedding(EmbeddingModel model, Executor executor, MemoryConfig config) {
        this.model = model;
        this.workers = new BoundedWorkers(executor, config.embeddingsAtOnce());
        this.memo = new VectorMemo(config.vectorsRemembered());
    }

    /** Embeds on the calling thread: a search does not queue behind an import. */
    float[] embed(String text) {
        Optional<float[]> known = memo.get(text);
        if (known.isPresent()) {
            return known.get();
        }
        float[] vector = infer(text);
        memo.put(text, vector);
        return vector;
    }

    /** Embeds beside the caller; the vectors come in the order of the texts. */
    CompletableFuture<List<float[]>> embedAll(List<String> texts) {
        Set<String> distinct = new LinkedHashSet<>(texts);
        Map<String, float[]> vectors = new ConcurrentHashMap<>();
        CompletableFuture<List<float[]>> all = new CompletableFuture<>();
        if (distinct.isEmpty()) {
            all.complete(List.of());
            return all;
        }
        AtomicInteger missing = new AtomicInteger(distinct.size());
        List<Runnable> tasks = new ArrayList<>(distinct.size());
        for (String text : distinct) {
            tasks.add(() -> {
                try {
                    if (!all.isDone()) {
                        vectors.put(text, embed(text));
                    }
                } catch (RuntimeException | Error failure) {
                    all.completeExceptionally(failure);
                }
                if (missing.decrementAndGet() == 0) {
                    all.complete(texts.stream().map(vectors::get).toList());
                }
            });
        }
        workers.run(tasks);
        return all;
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
