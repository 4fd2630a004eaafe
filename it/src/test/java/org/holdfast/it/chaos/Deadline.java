package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waits. */
final class Deadline {
    private static final Duration POLL = Duration.ofMillis(100);

    private Deadline() {}

    /** Asks until the answer is yes; false when the time is over or the thread is interrupted. */
    static boolean await(Duration atMost, BooleanSupplier condition) {
        long endNanos = System.nanoTime() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= endNanos || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return true;
    }

    /** Waits until {@link System#nanoTime()} has come there, or the thread is interrupted. */
    static void until(long nanos) {
        for (long left = nanos - System.nanoTime();
                left > 0 && !Thread.currentThread().isInterrupted();
                left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
