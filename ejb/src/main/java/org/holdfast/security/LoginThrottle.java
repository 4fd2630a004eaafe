package org.holdfast.security;

import java.time.Duration;
import java.util.Optional;
import org.holdfast.shared.RateLimits;

/**
 * Counts failed log-ins of the last minute: per user name and address together, so that nobody can lock somebody else out
 * from afar, and ten times as many per address, so that trying one password on every name ends too. Counts are those of all
 * instances, as far as {@link RateLimits} knows them. Thread-safe.
 */
final class LoginThrottle {
    private static final String OF_PAIR = "log-ins-of-pair";
    private static final String OF_ADDRESS = "log-ins-of-address";
    private static final int ADDRESS_FACTOR = 10;

    private final RateLimits limits;
    private final int attemptsMax;

    /**
     * A throttle.
     *
     * @param attemptsMax failures a minute of one name from one address
     */
    LoginThrottle(RateLimits limits, int attemptsMax) {
        this.limits = limits;
        this.attemptsMax = attemptsMax;
    }

    /**
     * Begins an attempt and counts it as failed until the outcome is told: counted afterwards, many attempts
     * at the same time would all be let through.
     *
     * @return how long to wait instead, in whole seconds, when there were too many
     */
    Optional<Duration> begin(String username, String address) {
        Optional<Duration> wait = limits.take(OF_PAIR, pair(username, address), attemptsMax);
        if (wait.isEmpty()) {
            wait = limits.take(OF_ADDRESS, address, attemptsMax * ADDRESS_FACTOR);
            if (wait.isPresent()) {
                limits.giveBack(OF_PAIR, pair(username, address));
            }
        }
        return wait.map(left -> Duration.ofSeconds(left.plusNanos(999_999_999).toSeconds()));
    }

    /** Forgets the failures of this name from this address. */
    void succeeded(String username, String address) {
        limits.forget(OF_PAIR, pair(username, address));
        limits.giveBack(OF_ADDRESS, address);
    }

    /** Takes back an attempt that was neither right nor wrong, because it could not be checked. */
    void notChecked(String username, String address) {
        limits.giveBack(OF_PAIR, pair(username, address));
        limits.giveBack(OF_ADDRESS, address);
    }

    // A line feed cannot be part of an address.
    private static String pair(String username, String address) {
        return address + '\n' + username;
    }
}
