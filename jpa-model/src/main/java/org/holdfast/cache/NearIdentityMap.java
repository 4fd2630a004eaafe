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

    private final @Nullable Region region;

    /** Called by EclipseLink. */
    public NearIdentityMap(int size, ClassDescriptor descriptor, AbstractSession session, boolean isIsolated) {
        super(size, descriptor, session, isIsolated);
        // A client session's own copies live in one partition anyway.
        this.region = isIsolated ? null : Region.of(descriptor).orElse(null);
        if (region != null) {
            region.attach(this);
        }
    }

    @Override
    public @Nullable CacheKey getCacheKey(Object primaryKey, boolean forMerge) {
        return getCacheKeys().get(address(primaryKey));
    }

    @Nullable
    Entry entry(String partition, Object primaryKey) {
        return getCacheKeys().get(new Address(partition, primaryKey)) instanceof Entry entry ? entry : null;
    }

    private Object address(Object primaryKey) {
        return region == null ? primaryKey : new Address(region.currentPartition(), primaryKey);
    }

    @Override
    public CacheKey createCacheKey(Object primaryKey, Object object, Object writeLockValue, long readTime) {
        return region == null
                ? super.createCacheKey(primaryKey, object, writeLockValue, readTime)
                : new Entry(region.currentPartition(), primaryKey, object, writeLockValue, readTime);
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

        Entry(String partition, Object primaryKey, Object object, Object writeLockValue, long readTime) {
            super(primaryKey, object, writeLockValue, readTime, false);
            this.address = new Address(partition, primaryKey);
        }

        String partition() {
            return address.partition;
        }

        /** May be used by whoever asks after nothing was invalidated since the stamp. */
        void admit(long stamp, long ofVersion) {
            version = ofVersion;
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
