package org.holdfast.security;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Counts failed log-ins of the last minute: per user name and address together, so that nobody can lock somebody else out
 * from afar, and ten times as many per address, so that trying one password on every name ends too. Counts belong to this
 * instance and are bounded; the quietest are forgotten first. Thread-safe.
 */
final class LoginThrottle {
    private static final long WINDOW_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int KEYS_MAX = 20_000;
    private static final int ADDRESS_FACTOR = 10;

    private record Window(long beganNanos, int attempts) {}

    private final int attemptsMax;
    private final LongSupplier ticker;

    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > KEYS_MAX;
        }
    };

    /**
     * A throttle.
     *
     * @param attemptsMax failures a minute of one name from one address
     * @param ticker nanoseconds, such as {@link System#nanoTime}
     */
    LoginThrottle(int attemptsMax, LongSupplier ticker) {
        this.attemptsMax = attemptsMax;
        this.ticker = ticker;
    }

    /**
     * Begins an attempt and counts it as failed until the outcome is told: counted afterwards, many attempts
     * at the same time would all be let through.
     *
     * @return how long to wait instead, when there were too many
     */
    synchronized Optional<Duration> begin(String username, String address) {
        long now = ticker.getAsLong();
        Optional<Duration> wait = wait(pair(username, address), attemptsMax, now)
                .or(() -> wait(address, attemptsMax * ADDRESS_FACTOR, now));
        if (wait.isEmpty()) {
            count(pair(username, address), now);
            count(address, now);
        }
        return wait;
    }

    /** Forgets the failures of this name from this address. */
    synchronized void succeeded(String username, String address) {
        windows.remove(pair(username, address));
        takeBack(address);
    }

    /** Takes back an attempt that was neither right nor wrong, because it could not be checked. */
    synchronized void notChecked(String username, String address) {
        takeBack(pair(username, address));
        takeBack(address);
    }

    private void takeBack(String key) {
        windows.computeIfPresent(
                key, (same, window) -> new Window(window.beganNanos(), Math.max(0, window.attempts() - 1)));
    }

    private Optional<Duration> wait(String key, int max, long now) {
        Window window = windows.get(key);
        if (window == null || isOver(window, now) || window.attempts() < max) {
            return Optional.empty();
        }
        long nanos = WINDOW_NANOS - (now - window.beganNanos());
        return Optional.of(Duration.ofSeconds(nanos / 1_000_000_000L + 1));
    }

    private void count(String key, long now) {
        windows.merge(
                key,
                new Window(now, 1),
                (old, first) -> isOver(old, now) ? first : new Window(old.beganNanos(), old.attempts() + 1));
    }

    private static boolean isOver(Window window, long now) {
        return now - window.beganNanos() >= WINDOW_NANOS;
    }

    // A line feed cannot be part of an address.
    private static String pair(String username, String address) {
        return address + '\n' + username;
    }
}
