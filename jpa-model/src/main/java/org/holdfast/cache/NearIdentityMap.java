package org.holdfast.cache;

import java.util.Map;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.identitymaps.CacheKey;
import org.eclipse.persistence.internal.identitymaps.SoftCacheWeakIdentityMap;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.jspecify.annotations.Nullable;

/**
 * EclipseLink's own shared cache with the partition in its keys: the same primary key of two partitions is two entities, and
 * each thread sees those of its partition alone. Entries know whether they may be used ({@link Entry#admit}). Public because
 * EclipseLink makes it by its constructor. Thread-safe as its base class.
 */
public final class NearIdentityMap extends SoftCacheWeakIdentityMap {
    /** Where an entry is: neither EclipseLink nor an application ever sees it. */
    private record Address(String partition, Object primaryKey) {}

    /** Begins the partition of entries that are one thread's own; no application's partition does. */
    private static final String APART = "\0apart ";

    private final @Nullable Region region;

    /** Called by EclipseLink. */
    public NearIdentityMap(int size, ClassDescriptor descriptor, AbstractSession session, boolean isIsolated) {
        super(size, descriptor, session, isIsolated);
        // A client session's own copies live in one partition anyway.
        this.region = isIsolated ? null : Region.of(descriptor).orElse(null);
    }

    @Override
    public @Nullable CacheKey getCacheKey(Object primaryKey, boolean forMerge) {
        return getCacheKeys().get(address(primaryKey));
    }

    /** The entry that the calling thread's query is building for itself alone. */
    @Nullable
    Entry apart(String partition, Object primaryKey) {
        return entry(apart(partition), primaryKey);
    }

    private static String apart(String partition) {
        return APART + Thread.currentThread().getId() + " " + partition;
    }

    /** Removes an entry that was one query's own; does nothing with others. */
    static void forgetApart(Entry entry) {
        if (entry.isApart() && entry.getOwningMap() != null) {
            entry.getOwningMap().remove(entry);
        }
    }

    @Nullable
    Entry entry(String partition, Object primaryKey) {
        return getCacheKeys().get(new Address(partition, primaryKey)) instanceof Entry entry ? entry : null;
    }

    private Object address(Object primaryKey) {
        return region == null ? primaryKey : new Address(partition(region, primaryKey), primaryKey);
    }

    // What a query may use of the shared entries it uses; what it builds apart is not put among them.
    private String partition(Region ofRegion, Object primaryKey) {
        String partition = ofRegion.currentPartition();
        if (!ofRegion.isApart()) {
            return partition;
        }
        Entry shared = entry(partition, primaryKey);
        return shared != null && ofRegion.uses(shared) ? partition : apart(partition);
    }

    @Override
    public CacheKey createCacheKey(Object primaryKey, Object object, Object writeLockValue, long readTime) {
        return region == null
                ? super.createCacheKey(primaryKey, object, writeLockValue, readTime)
                : new Entry(partition(region, primaryKey), primaryKey, object, writeLockValue, readTime);
    }

    // The base class would file the entry under its primary key alone.
    @Override
    protected @Nullable CacheKey putCacheKeyIfAbsent(CacheKey key) {
        if (!(key instanceof Entry entry)) {
            return super.putCacheKeyIfAbsent(key);
        }
        entry.setOwningMap(this);
        Map<Object, CacheKey> entries = getCacheKeys();
        CacheKey before = entries.putIfAbsent(entry.address, entry);
        if (before == null) {
            checkCleanup();
        }
        return before;
    }

    @Override
    public Object remove(CacheKey key) {
        if (key instanceof Entry entry) {
            getCacheKeys().remove(entry.address, entry);
        }
        return super.remove(key);
    }

    /** An entry of the near cache. Admission is decided by {@link Region}; the fields are written and read by any thread. */
    final class Entry extends ReferenceCacheKey {
        private final Address address;
        private volatile long admittedStamp;
        private volatile long version;
        private volatile long asOf;
        private volatile long builds;

        Entry(String partition, Object primaryKey, Object object, Object writeLockValue, long readTime) {
            super(primaryKey, object, writeLockValue, readTime, false);
            this.address = new Address(partition, primaryKey);
        }

        boolean isApart() {
            return address.partition.startsWith(APART);
        }

        /**
         * Its object was built from a row of this version; called while the entry is locked.
         *
         * @param stamp when that row was asked for, at the latest
         */
        void built(long ofVersion, long stamp) {
            version = ofVersion;
            asOf = stamp;
            changed();
        }

        /** Its object is not what it was; called while the entry is locked. */
        @SuppressWarnings("NonAtomicVolatileUpdate") // One thread holds the lock.
        void changed() {
            builds++;
        }

        /** How often its object was built from a row, or changed. */
        long builds() {
            return builds;
        }

        /** What was invalidated after this stamp may be in its object still. */
        long asOf() {
            return asOf;
        }

        /** May be used by whoever asks after nothing was invalidated since the stamp. */
        void admit(long stamp, long ofVersion) {
            version = ofVersion;
            asOf = stamp;
            admittedStamp = stamp;
        }

        /** May be used by nobody until it is read again. */
        void expel() {
            admittedStamp = 0;
        }

        long admittedStamp() {
            return admittedStamp;
        }

        long version() {
            return version;
        }
    }
}
