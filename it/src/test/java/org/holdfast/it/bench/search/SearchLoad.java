package org.holdfast.it.bench.search;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.holdfast.it.bench.LoadCaller;

/** Clients that post one question after the other. */
final class SearchLoad {
    private static final int CLIENTS = 8;

    /** What was measured; can be added up. */
    record Result(List<Long> nanos, long failed, Duration length) {
        static Result none() {
            return new Result(List.of(), 0, Duration.ZERO);
        }

        Result and(Result other) {
            List<Long> all = new ArrayList<>(nanos);
            all.addAll(other.nanos);
            return new Result(all, failed + other.failed, length.plus(other.length));
        }

        double perSecond() {
            return nanos.size() / (length.toNanos() / 1e9);
        }

        double millis(int percent) {
            return SearchLoad.millis(nanos, percent);
        }
    }

    private SearchLoad() {}

    static double millis(List<Long> nanos, int percent) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[(int) ((long) sorted.length * percent / 100)] / 1e6;
    }

    /** Asks for so long; what is not answered with 200 has failed. */
    static Result run(
            URI base, String token, String path, Function<SplittableRandom, String> body, Duration length, long seed)
            throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(seed);
        long end = System.nanoTime() + length.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Result>> clients = new ArrayList<>();
            for (int each = 0; each < CLIENTS; each++) {
                SplittableRandom own = random.split();
                clients.add(() -> {
                    try (LoadCaller caller = new LoadCaller(base, token)) {
                        return client(caller, path, body, own, end);
                    }
                });
            }
            Result all = new Result(List.of(), 0, length);
            for (Future<Result> client : threads.invokeAll(clients)) {
                all = all.and(client.get());
            }
            return all;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Result client(
            LoadCaller caller, String path, Function<SplittableRandom, String> body, SplittableRandom random, long end)
            throws IOException {
        List<Long> nanos = new ArrayList<>();
        long failed = 0;
        for (long sent = System.nanoTime(); sent < end; sent = System.nanoTime()) {
            if (caller.post(path, body.apply(random)) == 200) {
                nanos.add(System.nanoTime() - sent);
            } else {
                failed++;
            }
        }
        return new Result(nanos, failed, Duration.ZERO);
    }
}
