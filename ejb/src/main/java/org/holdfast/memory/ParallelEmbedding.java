package org.holdfast.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Embeds as many texts in a call as the source takes, several calls at once, and a repeated text only once. Vectors are shared
 * and must not be changed. Thread-safe.
 */
final class ParallelEmbedding {
    private final EmbeddingSource source;
    private final BoundedWorkers workers;
    private final VectorMemo memo;

    ParallelEmbedding(EmbeddingSource source, Executor executor, int vectorsRemembered) {
        this.source = source;
        this.workers = new BoundedWorkers(executor, source.callsMax());
        this.memo = new VectorMemo(vectorsRemembered);
    }

    /** Embeds on the calling thread: a search does not queue behind an import. */
    float[] embed(String text) {
        Map<String, float[]> vectors = new HashMap<>();
        embed(List.of(text), vectors, () -> true);
        return Objects.requireNonNull(vectors.get(text));
    }

    /** Embeds beside the caller; the vectors come in the order of the texts. */
    CompletableFuture<List<float[]>> embedAll(List<String> texts) {
        Map<String, float[]> vectors = new ConcurrentHashMap<>();
        // Looked up here as well, so that the calls are full.
        List<String> unknown = unknown(new LinkedHashSet<>(texts), vectors);
        CompletableFuture<List<float[]>> all = new CompletableFuture<>();
        if (unknown.isEmpty()) {
            all.complete(inOrder(texts, vectors));
            return all;
        }
        List<List<String>> calls = calls(unknown);
        AtomicInteger missing = new AtomicInteger(calls.size());
        List<Runnable> tasks = new ArrayList<>(calls.size());
        for (List<String> call : calls) {
            tasks.add(() -> {
                try {
                    if (!all.isDone()) {
                        embed(call, vectors, () -> !all.isDone());
                    }
                } catch (RuntimeException | Error failure) {
                    all.completeExceptionally(failure);
                }
                if (missing.decrementAndGet() == 0) {
                    all.complete(inOrder(texts, vectors));
                }
            });
        }
        workers.run(tasks);
        return all;
    }

    private List<List<String>> calls(List<String> texts) {
        List<List<String>> calls = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += source.textsMax()) {
            calls.add(texts.subList(from, Math.min(texts.size(), from + source.textsMax())));
        }
        return calls;
    }

    private void embed(List<String> texts, Map<String, float[]> vectors, BooleanSupplier isWanted) {
        // Others may have asked for the same since.
        List<String> unknown = unknown(texts, vectors);
        if (unknown.isEmpty()) {
            return;
        }
        List<float[]> made = source.embed(unknown, isWanted);
        for (int i = 0; i < unknown.size(); i++) {
            memo.put(unknown.get(i), made.get(i));
            vectors.put(unknown.get(i), made.get(i));
        }
    }

    private List<String> unknown(Collection<String> texts, Map<String, float[]> vectors) {
        List<String> unknown = new ArrayList<>(texts.size());
        for (String text : texts) {
            Optional<float[]> known = memo.get(text);
            known.ifPresentOrElse(vector -> vectors.put(text, vector), () -> unknown.add(text));
        }
        return unknown;
    }

    private static List<float[]> inOrder(List<String> texts, Map<String, float[]> vectors) {
        return texts.stream().map(vectors::get).toList();
    }
}
