package org.holdfast.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Results of queries in this process, those used last. Each is as of a reading of the unit's clock, and is used until something
 * that it depends on is said to change, for 10 s at most. Thread-safe.
 */
final class NearResults {
    private static final int TAGS_MAX = 100_000;
    private static final int RESULTS_MAX = 2_000;
    private static final long BYTES_MAX = 32L * 1024 * 1024;
    static final long LIFE_NANOS_MAX = 10_000_000_000L;

    /**
     * One result.
     *
     * @param results the values, or the primary keys of the entities; never changed
     * @param bytes about what it takes
     */
    record Result(List<?> results, List<Region> regions, List<TagKey> tags, long stamp, long expiresNanos, int bytes) {}

    private final CacheUnit unit;
    private final Map<TagKey, Long> changes = new ConcurrentHashMap<>();
    private final Map<String, Result> results = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;
    private volatile long validFrom = 1;

    NearResults(CacheUnit unit) {
        this.unit = unit;
    }

    /** Nothing that was found until now is used any more where it depends on the tag. */
    void changed(TagKey tag) {
        if (changes.size() >= TAGS_MAX && !changes.containsKey(tag)) {
            // Who forgets a change has to forget what it would refuse.
            validFrom = unit.tick();
            changes.clear();
        }
        changes.put(tag, unit.tick());
    }

    /** The result, while nothing has changed that it depends on. */
    Optional<List<?>> get(String key) {
        Result known;
        synchronized (this) {
            known = results.get(key);
        }
        return known != null && isCurrent(known) ? Optional.of(known.results()) : Optional.empty();
    }

    private boolean isCurrent(Result result) {
        return result.expiresNanos() - unit.nanos() > 0
                && result.stamp() >= validFrom
                && result.regions().stream().allMatch(region -> region.isSince(result.stamp()))
                && result.tags().stream().allMatch(tag -> result.stamp() >= changes.getOrDefault(tag, 0L));
    }

    synchronized void put(String key, Result result) {
        Result before = results.put(key, result);
        bytes += result.bytes() - (before == null ? 0 : before.bytes());
        var eldest = results.values().iterator();
        while (results.size() > RESULTS_MAX || bytes > BYTES_MAX) {
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }
}
