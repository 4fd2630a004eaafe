package org.holdfast.settings;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The time in the grain that PostgreSQL keeps, so that what was written is what is read back. */
public final class DatabaseClock {
    private static final Clock MICROS = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));

    private DatabaseClock() {}

    public static Instant now() {
        return Instant.now(MICROS);
    }
}
