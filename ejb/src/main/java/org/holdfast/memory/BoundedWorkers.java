package org.holdfast.memory;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks in the order they came, a limited number at once, on threads borrowed from an executor that may have many.
 * Tasks must not throw. The queue is as long as its callers let it become. Thread-safe.
 */
final class BoundedWorkers {
    private final Executor executor;
    private final int workersMax;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger workers = new AtomicInteger();

    BoundedWorkers(Executor executor, int workersMax) {
        this.executor = executor;
        this.workersMax = workersMax;
    }

    void run(Collection<? extends Runnable> tasks) {
        waiting.addAll(tasks);
        // One worker for each task at most: a single task needs no second thread.
        for (int i = Math.min(tasks.size(), workersMax); i > 0; i--) {
            startWorker();
        }
    }

    private void startWorker() {
        if (workers.getAndUpdate(n -> n < workersMax ? n + 1 : n) < workersMax) {
            boolean isStarted = false;
            try {
                executor.execute(this::work);
                isStarted = true;
            } finally {
                if (!isStarted) {
                    workers.decrementAndGet();
                }
            }
        }
    }

    private void work() {
        try {
            for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
                task.run();
            }
        } finally {
            workers.decrementAndGet();
        }
        // A task that came after the last poll, while this worker still counted, found no place for a new one.
        if (!waiting.isEmpty()) {
            startWorker();
        }
    }
}
