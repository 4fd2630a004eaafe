package org.holdfast.it.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers that read what is hot, 95 of 100 requests, and change rows, 5 of 100. */
final class CacheLoad {
    private static final int CALLERS = 6;
    private static final int WRITES_IN_100 = 5;

    /** One request: when it was sent, how long it took, and whether it was answered with success. */
    record Request(long sentNanos, long tookNanos, boolean isRead, boolean isOk) {}

    /** All requests of a time, by when they were sent. */
    record Result(List<Request> requests, long begunNanos, long lengthNanos) {
        double perSecond() {
            return requests.size() / (lengthNanos / 1e9);
        }

        long failed() {
            return requests.stream().filter(request -> !request.isOk()).count();
        }

        /** Of reads, in milliseconds. */
        double millis(double percent) {
            long[] sorted = requests.stream()
                    .filter(Request::isRead)
                    .mapToLong(Request::tookNanos)
                    .sorted()
                    .toArray();
            return sorted.length == 0 ? Double.NaN : sorted[(int) (sorted.length * percent / 100)] / 1e6;
        }

        /** Those sent from one moment to another, after the begin. */
        Result between(Duration from, Duration to) {
            List<Request> part = requests.stream()
                    .filter(request -> request.sentNanos() - begunNanos >= from.toNanos()
                            && request.sentNanos() - begunNanos < to.toNanos())
                    .toList();
            return new Result(part, begunNanos + from.toNanos(), to.minus(from).toNanos());
        }
    }

    private final URI base;
    private final String token;
    private final List<String> reads;
    private final List<String> written;

    /**
     * @param reads paths that are read
     * @param written paths of resources whose description is changed
     */
    CacheLoad(URI base, String token, List<String> reads, List<String> written) {
        this.base = base;
        this.token = token;
        this.reads = List.copyOf(reads);
        this.written = List.copyOf(written);
    }

    Result run(Duration length, long seed) throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(seed);
        long begun = System.nanoTime();
        long end = begun + length.toNanos();
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Callable<List<Request>>> callers = new ArrayList<>();
            for (int each = 0; each < CALLERS; each++) {
                SplittableRandom own = random.split();
                callers.add(() -> requests(end, own));
            }
            List<Request> all = new ArrayList<>();
            for (Future<List<Request>> caller : threads.invokeAll(callers)) {
                all.addAll(caller.get());
            }
            return new Result(all, begun, length.toNanos());
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Request> requests(long endNanos, SplittableRandom random) throws IOException {
        List<Request> requests = new ArrayList<>();
        LoadCaller caller = new LoadCaller(base, token);
        try {
            for (long sent = System.nanoTime(); sent < endNanos; sent = System.nanoTime()) {
                boolean isRead = random.nextInt(100) >= WRITES_IN_100;
                List<String> paths = isRead ? reads : written;
                String path = paths.get(random.nextInt(paths.size()));
                boolean isOk;
                try {
                    int status = isRead
                            ? caller.get(path)
                            : caller.patch(path, "{\"description\":\"written " + random.nextInt() + "\"}");
                    isOk = status == 200;
                } catch (IOException failure) {
                    isOk = false;
                    caller.close();
                    caller = new LoadCaller(base, token);
                }
                requests.add(new Request(sent, System.nanoTime() - sent, isRead, isOk));
            }
        } finally {
            caller.close();
        }
        return requests;
    }
}
