package org.holdfast.cache.guard;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Invalidations that Redis has not confirmed: single keys with the version that replaces them, and whole regions. When there
 * are too many keys of a region, the region takes their place. Thread-safe.
 *
 * @param <R> names a region
 * @param <K> names a key of any region
 */
public final class Pending<R, K> {
    /** What was to be told at one moment. */
    public record Batch<R, K>(Map<K, Long> keys, Set<R> regions) {
        public Batch {
            keys = Map.copyOf(keys);
            regions = Set.copyOf(regions);
        }

        public boolean isEmpty() {
            return keys.isEmpty() && regions.isEmpty();
        }
    }

    private final int keysMax;
    private final Map<K, Long> keys = new HashMap<>();
    private final Map<K, R> regionOf = new HashMap<>();
    private final Set<R> regions = new HashSet<>();

    public Pending(int keysMax) {
        this.keysMax = keysMax;
    }

    public synchronized void add(R region, K key, long version) {
        if (regions.contains(region)) {
            return;
        }
        if (keys.size() >= keysMax && !keys.containsKey(key)) {
            addRegion(region);
            return;
        }
        keys.merge(key, version, Math::max);
        regionOf.put(key, region);
    }

    public synchronized void addRegion(R region) {
        regions.add(region);
        regionOf.entrySet().removeIf(each -> {
            boolean isOfRegion = each.getValue().equals(region);
            if (isOfRegion) {
                keys.remove(each.getKey());
            }
            return isOfRegion;
        });
    }

    /** All that is pending now. It stays pending until {@link #confirm}. */
    public synchronized Batch<R, K> batch() {
        return new Batch<>(keys, regions);
    }

    /** Redis has all of the batch. What was added meanwhile, or raised, stays. */
    public synchronized void confirm(Batch<R, K> batch) {
        batch.keys().forEach((key, version) -> {
            if (keys.remove(key, version)) {
                regionOf.remove(key);
            }
        });
        regions.removeAll(batch.regions());
    }

    public synchronized boolean isEmpty() {
        return keys.isEmpty() && regions.isEmpty();
    }

    public synchronized int size() {
        return keys.size() + regions.size();
    }
}
