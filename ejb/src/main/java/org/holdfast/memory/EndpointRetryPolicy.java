package org.holdfast.memory;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Whether and when a request to an endpoint is sent again: embedding changes nothing there, so it always may be. Pure. */
final class EndpointRetryPolicy {
    private static final int REQUESTS_MAX = 5;
    private static final Duration PAUSE_FIRST = Duration.ofMillis(200);
    // A longer one would overflow, and nobody waits for it.
    private static final long RETRY_AFTER_SECONDS_MAX = Duration.ofDays(1).toSeconds();

    private EndpointRetryPolicy() {}

    /** Whether an answer says that the endpoint, or who stands before it, is busy or away for now. */
    static boolean isPassing(int status) {
        return status == 429 || status == 502 || status == 503 || status == 504;
    }

    /**
     * The pause before the next request: twice as long each time, half of it by chance, and never shorter than the endpoint
     * wants it.
     *
     * @param sent requests so far, from 1
     * @param retryAfter what the endpoint asked for
     * @param left until nobody waits for the answer any more
     * @param chance from 0 to 1
     * @return empty when there is no next request: there were enough, or it would come too late
     */
    static Optional<Duration> pause(int sent, Optional<Duration> retryAfter, Duration left, double chance) {
        if (sent >= REQUESTS_MAX) {
            return Optional.empty();
        }
        long halfNanos = (PAUSE_FIRST.toNanos() << (sent - 1)) / 2;
        Duration own = Duration.ofNanos(halfNanos + (long) (halfNanos * chance));
        Duration pause = retryAfter.filter(asked -> asked.compareTo(own) > 0).orElse(own);
        return Optional.of(pause).filter(some -> some.compareTo(left) < 0);
    }

    /** What a {@code Retry-After} asks for, seconds or a date; empty when it says neither. */
    static Optional<Duration> retryAfter(String header, Instant now) {
        String value = header.strip();
        try {
            if (value.matches("\\d{1,9}")) {
                return Optional.of(Duration.ofSeconds(Math.min(RETRY_AFTER_SECONDS_MAX, Long.parseLong(value))));
            }
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(until.isAfter(now) ? Duration.between(now, until) : Duration.ZERO);
        } catch (DateTimeException neither) {
            // As good as none: the policy's own pause remains.
            return Optional.empty();
        }
    }
}
