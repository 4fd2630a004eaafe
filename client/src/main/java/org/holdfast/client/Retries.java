package org.holdfast.client;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Tries again what may be tried again, with pauses that grow and differ from one caller to another.
 *
 * @param attemptsMax 1 or more
 * @param patience from the first attempt to the last answer
 * @param pauseFirst the most that the first pause lasts
 */
record Retries(int attemptsMax, Duration patience, Duration pauseFirst) {
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** One attempt, in at most so much time. */
    interface Attempt<T> {
        T within(Duration left);
    }

    <T> T call(Attempt<T> attempt) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (int tried = 1; ; tried++) {
            try {
                return attempt.within(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
            } catch (HoldfastException failure) {
                Duration pause = pause(tried, failure.pause());
                if (!failure.isRetryable()
                        || tried >= attemptsMax
                        || System.nanoTime() + pause.toNanos() - deadline >= 0
                        || !slept(pause)) {
                    throw failure;
                }
            }
        }
    }

    // Anything from nothing to the whole: callers that failed together do not come back together.
    private Duration pause(int tried, Duration asked) {
        long most = Math.min(PAUSE_MAX.toNanos(), pauseFirst.toNanos() << Math.min(tried - 1, 10));
        return asked.plusNanos(ThreadLocalRandom.current().nextLong(most));
    }

    private static boolean slept(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0; left = end - System.nanoTime()) {
            if (Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(left);
        }
        return true;
    }
}
