package org.holdfast.health;

import java.time.Duration;
import java.util.Optional;

/** Where the application runs: how patiently it tests its connections when it starts. */
enum Profile {
    development(3, Duration.ofSeconds(5)),
    production(5, Duration.ofSeconds(10));

    private final int attempts;
    private final Duration pauseMax;

    Profile(int attempts, Duration pauseMax) {
        this.attempts = attempts;
        this.pauseMax = pauseMax;
    }

    int attempts() {
        return attempts;
    }

    /**
     * How long to wait after a failed attempt. Pauses double, up to the longest before the last attempt; of each, half is up
     * to chance, so that instances which start together do not ask together.
     *
     * @param attempt the one that failed, from 1
     * @param chance 0 to 1
     * @return empty after the last attempt
     */
    Optional<Duration> pauseAfter(int attempt, double chance) {
        if (attempt < 1 || chance < 0 || chance > 1) {
            throw new IllegalArgumentException("attempt " + attempt + " (from 1), chance " + chance + " (0 to 1)");
        }
        if (attempt >= attempts) {
            return Optional.empty();
        }
        Duration longest = pauseMax.dividedBy(1L << (attempts - 1 - attempt));
        return Optional.of(Duration.ofMillis(Math.round(longest.toMillis() * (0.5 + chance / 2))));
    }
}
