package org.holdfast.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs steps side by side and waits for all of them; the first failure is thrown after the last has ended. */
final class Parallel {
    private Parallel() {}

    static void run(List<Runnable> steps) {
        if (steps.isEmpty()) {
            return;
        }
        ExecutorService executor = Executors.newFixedThreadPool(steps.size());
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Runnable step : steps) {
                running.add(executor.submit(step));
            }
            await(running);
        } finally {
            executor.shutdown();
        }
    }

    // The steps have their own bounds, and stopping one half-way would leave a directory half-made.
    private static void await(List<Future<?>> running) {
        RuntimeException failure = null;
        for (Future<?> step : running) {
            try {
                step.get();
            } catch (ExecutionException e) {
                RuntimeException thrown = e.getCause() instanceof RuntimeException known
                        ? known
                        : new LauncherException("unexpected failure: " + e.getCause(), e);
                if (failure == null) {
                    failure = thrown;
                } else {
                    failure.addSuppressed(thrown);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LauncherException("interrupted", e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
