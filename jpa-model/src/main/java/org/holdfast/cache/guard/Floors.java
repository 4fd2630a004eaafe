package org.holdfast.cache.guard;

import java.util.concurrent.ConcurrentHashMap;

/**
 * For keys that were changed lately: the least version that may still be kept in this process. A floor ends after its life,
 * which is longer than any read that may have begun before the change takes to be refused by its age. Thread-safe.
 */
public final class Floors<K> {
    private record Floor(long version, long raisedNanos) {}

    private final ConcurrentHashMap<K, Floor> floors = new ConcurrentHashMap<>();
    private final long lifeNanos;
    private final int keysMax;

    public Floors(long lifeNanos, int keysMax) {
        this.lifeNanos = lifeNanos;
        this.keysMax = keysMax;
    }

    /**
     * Nothing older than this version may be kept from now on.
     *
     * @return false when too many keys have a floor; then nothing is noted, and the caller has to drop them all
     */
    public boolean raise(K key, long version, long nowNanos) {
        if (floors.size() >= keysMax && !floors.containsKey(key)) {
            return false;
        }
        floors.merge(
                key,
                new Floor(version, nowNanos),
                (old, raised) -> old.version > raised.version ? new Floor(old.version, nowNanos) : raised);
        return true;
    }

    /** May a row of this version be kept? */
    public boolean admits(K key, long version, long nowNanos) {
        Floor floor = floors.get(key);
        return floor == null || version >= floor.version || nowNanos - floor.raisedNanos >= lifeNanos;
    }

    /** Forgets the floors whose life has ended. */
    public void expire(long nowNanos) {
        floors.values().removeIf(floor -> nowNanos - floor.raisedNanos >= lifeNanos);
    }

    /** Forgets all; only where every read that is under way is refused by other means. */
    public void clear() {
        floors.clear();
    }

    public int size() {
        return floors.size();
    }
}
