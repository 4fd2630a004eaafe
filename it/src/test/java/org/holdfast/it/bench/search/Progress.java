package org.holdfast.it.bench.search;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** Tells now and then how far long work is. */
final class Progress {
    private final PrintStream out;
    private final String what;
    private final long total;
    private final Duration every;

    Progress(PrintStream out, String what, long total, Duration every) {
        this.out = out;
        this.what = what;
        this.total = total;
        this.every = every;
    }

    /** Until its thread is interrupted. */
    void follow(LongSupplier done) {
        while (true) {
            LockSupport.parkNanos(every.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            out.println("  " + done.getAsLong() + " of " + total + " " + what);
        }
    }
}
