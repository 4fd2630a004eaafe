package org.holdfast.chain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Works on a long row of things beside the thread that reads them: batch by batch on other threads, of which few are ahead at a
 * time. The thread that adds also takes what was made of them, in their order. For one thread.
 */
public final class WorkAhead<T, R> {
    private static final int BATCH_SIZE = 1_000;
    private static final int AHEAD_MAX = 2;

    private final Function<List<T>, List<R>> work;
    private final Consumer<R> taker;
    private final Queue<CompletableFuture<List<R>>> ahead = new ArrayDeque<>();
    private List<T> batch = new ArrayList<>(BATCH_SIZE);

    /**
     * Work without an end yet.
     *
     * @param work on a batch; by any thread, and by several at once
     * @param taker of what was made
     */
    public WorkAhead(Function<List<T>, List<R>> work, Consumer<R> taker) {
        this.work = work;
        this.taker = taker;
    }

    /** The next thing; throws what the work on an earlier one, or its taker, has thrown. */
    public void add(T thing) {
        batch.add(thing);
        if (batch.size() == BATCH_SIZE) {
            begin();
        }
    }

    /** There is nothing more: the taker has got everything when this returns. Throws as {@link #add}. */
    public void end() {
        begin();
        while (!ahead.isEmpty()) {
            take();
        }
    }

    private void begin() {
        List<T> full = batch;
        batch = new ArrayList<>(BATCH_SIZE);
        ahead.add(CompletableFuture.supplyAsync(() -> work.apply(full)));
        if (ahead.size() > AHEAD_MAX) {
            take();
        }
    }

    private void take() {
        List<R> made;
        try {
            made = ahead.remove().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
        made.forEach(taker);
    }
}
