package org.holdfast.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Compares the wall clock with one that only goes forward. Not thread-safe. */
final class ClockDrift {
    // Less than that delays a timer by less than a lease can bear; small corrections happen all the time.
    private static final Duration NOTICED = Duration.ofMillis(100);

    private Duration offset;

    /** Begins with two readings of the same moment. */
    ClockDrift(Instant wall, long nanos) {
        offset = offset(wall, nanos);
    }

    /** By how much the wall clock was set back since it was last asked, or told of; empty for less than 100 ms. */
    Optional<Duration> setBack(Instant wall, long nanos) {
        Duration now = offset(wall, nanos);
        Duration back = offset.minus(now);
        if (back.compareTo(NOTICED) >= 0) {
            offset = now;
            return Optional.of(back);
        }
        // Being slewed back slowly adds up; going forward delays nothing.
        if (back.isNegative()) {
            offset = now;
        }
        return Optional.empty();
    }

    private static Duration offset(Instant wall, long nanos) {
        return Duration.between(Instant.EPOCH, wall).minusNanos(nanos);
    }
}
