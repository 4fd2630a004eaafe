package org.holdfast.cache.guard;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Invalidations that Redis has not confirmed: single keys with the version that replaces them, and whole regions. When there
 * are too many keys of a region, the region takes their place. Thread-safe.
 *
 * @param <R> names a region
 * @param <K> names a key of any region
 */
public final class Pending<R, K> {
    /** The version that replaces a key, and when it was added last, counted from 1. */
    record Added(long version, long turn) {}

    /** What was to be told at one moment. */
    public static final class Batch<R, K> {
        private final Map<K, Added> keys;
        private final Map<R, Long> regions;

        private Batch(Map<K, Added> keys, Map<R, Long> regions) {
            this.keys = Map.copyOf(keys);
            this.regions = Map.copyOf(regions);
        }

        /** Each key with the version that replaces it. */
        public Map<K, Long> keys() {
            Map<K, Long> versions = new HashMap<>();
            keys.forEach((key, added) -> versions.put(key, added.version()));
            return versions;
        }

        public Set<R> regions() {
            return regions.keySet();
        }

        public boolean isEmpty() {
            return keys.isEmpty() && regions.isEmpty();
        }
    }

    private final int keysMax;
    private final Map<K, Added> keys = new HashMap<>();
    private final Map<K, R> regionOf = new HashMap<>();
    // Changed under the lock, and looked into without: nearly every read does.
    private final Map<R, Long> regions = new ConcurrentHashMap<>();
    private long turns;

    public Pending(int keysMax) {
        this.keysMax = keysMax;
    }

    public synchronized void add(R region, K key, long version) {
        if (regions.containsKey(region) || (keys.size() >= keysMax && !keys.containsKey(key))) {
            addRegion(region);
            return;
        }
        keys.merge(
                key,
                new Added(version, ++turns),
                (old, added) -> new Added(Math.max(old.version(), added.version()), added.turn()));
        regionOf.put(key, region);
    }

    public synchronized void addRegion(R region) {
        regions.put(region, ++turns);
        regionOf.entrySet().removeIf(each -> {
            boolean isOfRegion = each.getValue().equals(region);
            if (isOfRegion) {
                keys.remove(each.getKey());
            }
            return isOfRegion;
        });
    }

    /** Whether the region as a whole is pending. */
    public boolean hasRegion(R region) {
        return regions.containsKey(region);
    }

    /** All that is pending now. It stays pending until {@link #confirm}. */
    public synchronized Batch<R, K> batch() {
        return new Batch<>(keys, regions);
    }

    /** Redis has all of the batch. What was added meanwhile, also once more, stays. */
    public synchronized void confirm(Batch<R, K> batch) {
        batch.keys.forEach((key, added) -> {
            if (keys.remove(key, added)) {
                regionOf.remove(key);
            }
        });
        batch.regions.forEach(regions::remove);
    }

    public synchronized boolean isEmpty() {
        return keys.isEmpty() && regions.isEmpty();
    }

    public synchronized int size() {
        return keys.size() + regions.size();
    }
}
