package org.holdfast.shared;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How often a subject may do something: over all instances as far as Redis knows, and in any case on this instance. What this
 * process refuses costs Redis nothing. Bounded: subjects that were quiet longest are forgotten first. Thread-safe.
 */
public final class RateLimits {
    private static final int SUBJECTS_MAX = 20_000;
    private static final long SLOT_NANOS = Duration.ofMinutes(1).toNanos() / SlidingWindow.SLOTS;
    private static final Duration SLOT = Duration.ofNanos(SLOT_NANOS);

    private final SharedRedis redis;
    private final LongSupplier ticker;

    private final Map<StateKey, SlidingWindow> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<StateKey, SlidingWindow> eldest) {
            return size() > SUBJECTS_MAX;
        }
    };

    /** @param ticker nanoseconds, such as {@link System#nanoTime} */
    RateLimits(SharedRedis redis, LongSupplier ticker) {
        this.redis = redis;
        this.ticker = ticker;
    }

    /** Limits of this process alone. */
    public static RateLimits ofThisProcess(LongSupplier ticker) {
        return new RateLimits(new SharedRedis(SharedConfig.off()), ticker);
    }

    /**
     * Counts one, unless there were too many in the last minute.
     *
     * @param limit which limit it is, a word
     * @param subject who is limited, any text
     * @param most a minute, at least 1
     * @return how long to wait instead, at most a minute; nothing was counted then
     */
    public Optional<Duration> take(String limit, String subject, int most) {
        StateKey key = new StateKey(limit, subject);
        Optional<Duration> here = takeHere(key, most);
        if (here.isPresent()) {
            return here;
        }
        Optional<Duration> everywhere = redis.ask(site -> site.commands().take(key, SLOT, SlidingWindow.SLOTS, most))
                .filter(millis -> millis > 0)
                .map(Duration::ofMillis);
        if (everywhere.isPresent()) {
            giveBackHere(key, 1);
        }
        return everywhere;
    }

    private Optional<Duration> takeHere(StateKey key, int most) {
        long now = ticker.getAsLong();
        synchronized (windows) {
            long slots =
                    windows.computeIfAbsent(key, absent -> new SlidingWindow()).take(most, slot(now));
            return slots == 0
                    ? Optional.empty()
                    : Optional.of(Duration.ofNanos((slot(now) + slots) * SLOT_NANOS - now));
        }
    }

    private static long slot(long nanos) {
        return Math.floorDiv(nanos, SLOT_NANOS);
    }

    /** Takes back what was counted last. */
    public void giveBack(String limit, String subject) {
        giveBack(new StateKey(limit, subject), 1);
    }

    /** Nothing of the last minute counts any more. */
    public void forget(String limit, String subject) {
        giveBack(new StateKey(limit, subject), Integer.MAX_VALUE);
    }

    // Without an answer it goes on counting there: a limit that is too strict for a minute.
    private void giveBack(StateKey key, int most) {
        giveBackHere(key, most);
        Optional<Long> unused = redis.ask(site -> site.commands().giveBack(key, SLOT, SlidingWindow.SLOTS, most));
    }

    private void giveBackHere(StateKey key, int most) {
        synchronized (windows) {
            SlidingWindow window = windows.get(key);
            if (window != null) {
                window.giveBack(most, slot(ticker.getAsLong()));
            }
        }
    }
}
