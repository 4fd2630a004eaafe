package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** How long nothing of a kind succeeded. Pure. */
final class Gaps {
    private Gaps() {}

    /** The longest time between two successes, or between one and an end of the time that is looked at. */
    static Duration longest(List<Operation> operations, Predicate<Operation> counts, long fromNanos, long toNanos) {
        long[] successes = operations.stream()
                .filter(Operation::isOk)
                .filter(counts)
                .mapToLong(Operation::endedNanos)
                .filter(nanos -> nanos > fromNanos && nanos < toNanos)
                .sorted()
                .toArray();
        long longest = 0;
        long last = fromNanos;
        for (long success : successes) {
            longest = Math.max(longest, success - last);
            last = success;
        }
        return Duration.ofNanos(Math.max(longest, toNanos - last));
    }
}
