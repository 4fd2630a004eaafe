package org.holdfast.connection;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Lets one line of a kind through in each interval, so that a fault under load does not bury the log that explains it. Moments
 * are those of {@link System#nanoTime()}. Thread-safe.
 */
final class LogLimit {
    private final long intervalNanos;
    private boolean hasTold;
    private long toldNanos;
    private int untold;

    LogLimit(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /** How many lines were kept back since the last one, when this one may be told; empty when it is kept back itself. */
    synchronized OptionalInt admit(long nanos) {
        if (hasTold && nanos - toldNanos < intervalNanos) {
            untold++;
            return OptionalInt.empty();
        }
        int keptBack = untold;
        hasTold = true;
        toldNanos = nanos;
        untold = 0;
        return OptionalInt.of(keptBack);
    }

    /** The end of a line that others were kept back for. */
    static String more(int keptBack) {
        return keptBack == 0 ? "" : " (and " + keptBack + " more like it before)";
    }
}
