package org.holdfast.launcher;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Bounded waits on something that can only be asked, not awaited: a process, a port, a server's readiness. */
final class Waiting {
    private Waiting() {}

    /** Asks every {@code every} until the answer is yes; false when {@code atMost} has passed. */
    static boolean until(Duration atMost, Duration every, BooleanSupplier condition) {
        long endNanos = System.nanoTime() + atMost.toNanos();
        while (true) {
            if (condition.getAsBoolean()) {
                return true;
            }
            if (System.nanoTime() >= endNanos) {
                return false;
            }
            pause(every);
        }
    }

    /** Lets time pass; an interrupt ends the launcher's work with a clear failure. */
    static void pause(Duration duration) {
        try {
            // No permit is ever released: the acquire is the wait, and ends early only by interrupt.
            if (new Semaphore(0).tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("a permit that nobody released");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted", e);
        }
    }
}
