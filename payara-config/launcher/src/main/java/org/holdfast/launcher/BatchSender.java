package org.holdfast.launcher;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Runs a bounded number of requests side by side; one more makes the caller wait, which bounds the memory. After the
 * first failure nothing new is started. Used by one thread.
 */
final class BatchSender implements AutoCloseable {
    private final int inFlight;
    private final ExecutorService threads;
    private final Semaphore free;
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    BatchSender(int inFlight) {
        this.inFlight = inFlight;
        this.threads = Executors.newFixedThreadPool(inFlight);
        this.free = new Semaphore(inFlight);
    }

    /** Throws the failure of an earlier request, if there is one. */
    void submit(Runnable request) {
        free.acquireUninterruptibly();
        try {
            throwFailure();
            threads.execute(() -> {
                try {
                    request.run();
                } catch (RuntimeException e) {
                    failures.add(e);
                } finally {
                    free.release();
                }
            });
        } catch (RuntimeException e) {
            free.release();
            throw e;
        }
    }

    /** Waits for all requests and throws the first failure. */
    void finish() {
        close();
        throwFailure();
    }

    /** Waits for all requests; each has its own bound, and so have its repetitions. */
    @Override
    public void close() {
        free.acquireUninterruptibly(inFlight);
        free.release(inFlight);
        threads.shutdown();
    }

    private void throwFailure() {
        RuntimeException failure = failures.peek();
        if (failure != null) {
            throw failure;
        }
    }
}
