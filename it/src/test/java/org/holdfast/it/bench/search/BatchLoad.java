package org.holdfast.it.bench.search;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** Memories on their way into the application, several batches at a time, each line from its number. */
final class BatchLoad {
    private static final int BATCH_LINES = 250;
    private static final int IN_FLIGHT = 3;
    private static final Duration TOLD_EVERY = Duration.ofSeconds(30);

    private final PrintStream out;
    private final Api api;
    private final LongFunction<String> line;

    BatchLoad(PrintStream out, Api api, LongFunction<String> line) {
        this.out = out;
        this.api = api;
        this.line = line;
    }

    /** Stores the lines of these numbers; fails when one is not kept as a new memory. */
    void run(long from, long to) throws InterruptedException, ExecutionException {
        AtomicLong done = new AtomicLong(from);
        ExecutorService threads = Executors.newFixedThreadPool(IN_FLIGHT + 1);
        try {
            List<Callable<Boolean>> batches = new ArrayList<>();
            for (long first = from; first < to; first += BATCH_LINES) {
                long begin = first;
                long end = Math.min(to, first + BATCH_LINES);
                batches.add(() -> {
                    JsonNode answer = api.post("/api/memories/batch", "application/x-ndjson", lines(begin, end));
                    if (answer.path("created").asLong() != end - begin) {
                        throw new IOException("not all memories were kept: " + answer);
                    }
                    done.addAndGet(end - begin);
                    return true;
                });
            }
            Future<?> telling = threads.submit(() -> new Progress(out, "memories", to, TOLD_EVERY).follow(done::get));
            for (Future<Boolean> batch : threads.invokeAll(batches)) {
                batch.get();
            }
            telling.cancel(true);
        } finally {
            threads.shutdownNow();
        }
    }

    private String lines(long begin, long end) {
        StringBuilder lines = new StringBuilder();
        for (long number = begin; number < end; number++) {
            lines.append(line.apply(number)).append('\n');
        }
        return lines.toString();
    }
}
