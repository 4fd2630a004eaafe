package org.holdfast.cache;

import java.util.Optional;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.identitymaps.CacheKey;
import org.eclipse.persistence.internal.identitymaps.IdentityMap;
import org.holdfast.cache.guard.Floors;
import org.holdfast.cache.guard.RegionEpoch;
import org.holdfast.cache.guard.Versions;
import org.jspecify.annotations.Nullable;

/**
 * One entity with its subclasses: what of it may be used in this process, and where its rows lie in Redis. Thread-safe.
 *
 * <p>The order of writes matters. Who invalidates raises the floor first and expels the entry then; who admits an entry sets
 * its stamp first and looks at the floor then. So one of the two sees the other.
 */
final class Region {
    private static final String PROPERTY = "org.holdfast.cache.region";
    private static final int FLOORS_MAX = 100_000;

    private final CacheUnit unit;
    private final @Nullable ClassDescriptor root;
    private final String name;
    private final boolean isPartitioned;
    private final Counters counters = new Counters();
    private final Floors<RowKey> floors;

    private volatile boolean isShared;
    private volatile @Nullable ReadThrough reading;
    private volatile @Nullable String refusal;
    private volatile @Nullable RegionEpoch epoch;
    private volatile long validFrom = 1;
    private volatile long frozenUntilNanos;

    /** @param root of its entities; null when it is not of entities */
    Region(CacheUnit unit, String name, @Nullable ClassDescriptor root, boolean isPartitioned, long windowNanos) {
        this.unit = unit;
        this.root = root;
        this.name = name;
        this.isPartitioned = isPartitioned;
        this.floors = new Floors<>(windowNanos, FLOORS_MAX);
        this.frozenUntilNanos = unit.nanos();
    }

    static Optional<Region> of(ClassDescriptor descriptor) {
        return Optional.ofNullable((Region) descriptor.getProperty(PROPERTY));
    }

    /** Binds a descriptor to this region. */
    void bind(ClassDescriptor descriptor) {
        descriptor.setProperty(PROPERTY, this);
    }

    void readBy(ReadThrough readThrough) {
        reading = readThrough;
    }

    /** How its entities are read through; empty when they are not cached. */
    Optional<ReadThrough> reading() {
        return Optional.ofNullable(reading);
    }

    String name() {
        return name;
    }

    Counters counters() {
        return counters;
    }

    /** Why this entity is not cached, if so. */
    Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    boolean isCached() {
        return refusal == null;
    }

    /** Whether it was cached when the process began: then others may have its rows, whatever became of it here. */
    boolean isShared() {
        return isShared;
    }

    /** The process begins to cache it. */
    void share() {
        isShared = true;
    }

    /** Caches it no more; told once. */
    void refuse(String reason) {
        refuse(reason, System.Logger.Level.WARNING);
    }

    /** Does not cache it, as was asked for. */
    void refuseAsWanted(String reason) {
        refuse(reason, System.Logger.Level.INFO);
    }

    private void refuse(String reason, System.Logger.Level level) {
        synchronized (this) {
            if (refusal != null) {
                return;
            }
            refusal = reason;
        }
        dropNear();
        CacheUnit.LOG.log(level, "{0} is not cached: {1}", name, reason);
    }

    Optional<RegionEpoch> epoch() {
        return Optional.ofNullable(epoch);
    }

    /**
     * Redis has this epoch, or had it: answers may overtake each other. When it is a later one than before, nothing read earlier
     * is used any more.
     */
    void epochIs(RegionEpoch told) {
        epochIs(told, null);
    }

    /**
     * The same, by a probe: that may also have met another server, whose order is its own.
     *
     * @param known which was the epoch before the probe
     */
    @SuppressWarnings("ReferenceEquality") // An equal one that came meanwhile is another answer.
    synchronized void epochIs(RegionEpoch found, @Nullable RegionEpoch known) {
        RegionEpoch before = epoch;
        if (before == null || before.order() < found.order() || (before == known && !before.equals(found))) {
            epoch = found;
            dropNear();
        }
    }

    /** Nothing is read or kept in Redis until its epoch is known again. */
    synchronized void forgetEpoch() {
        epoch = null;
        dropNear();
    }

    /** The partition of the calling thread; one of its own when the application names none. */
    String currentPartition() {
        return isPartitioned ? unit.currentPartition().orElseGet(Region::nobodys) : "";
    }

    /** The partition of the calling thread; empty when the application names none. */
    Optional<String> partition() {
        return isPartitioned ? unit.currentPartition() : Optional.of("");
    }

    private static String nobodys() {
        return "\0" + Thread.currentThread().getId();
    }

    NearIdentityMap.@Nullable Entry entry(RowKey key) {
        NearIdentityMap near = near();
        return near == null ? null : near.entry(key.partition(), key.primaryKey());
    }

    /** The entry that the calling thread has just built; null when it built an object that is nobody's entry. */
    @SuppressWarnings("ReferenceEquality") // Equal entities are still two objects.
    NearIdentityMap.@Nullable Entry entryOf(RowKey key, Object entity) {
        NearIdentityMap near = near();
        if (near == null) {
            return null;
        }
        NearIdentityMap.Entry shared = near.entry(key.partition(), key.primaryKey());
        if (shared != null && shared.getObject() == entity) {
            return shared;
        }
        NearIdentityMap.Entry apart = isApart() ? near.apart(key.partition(), key.primaryKey()) : null;
        return apart != null && apart.getObject() == entity ? apart : null;
    }

    // Asked for each time: EclipseLink makes the map at the first use, and of two that are made at once keeps one.
    private @Nullable NearIdentityMap near() {
        ClassDescriptor ofEntities = root;
        if (ofEntities == null) {
            return null;
        }
        IdentityMap map = unit.session()
                .getIdentityMapAccessorInstance()
                .getIdentityMapManager()
                .getIdentityMap(ofEntities, true);
        return map instanceof NearIdentityMap near ? near : null;
    }

    /** Whether the calling thread builds what it reads for itself alone. */
    boolean isApart() {
        ReadScope scope = unit.scope();
        return scope != null && scope.isApart();
    }

    /** As {@link #accepts}, and if so for all of the thread's query: it was right when the query came upon it. */
    boolean uses(NearIdentityMap.Entry entry) {
        ReadScope scope = unit.scope();
        if (scope == null || entry.getObject() == null || !accepts(entry)) {
            return false;
        }
        scope.uses(entry);
        return true;
    }

    /** May the calling thread use the entry now? */
    boolean accepts(NearIdentityMap.Entry entry) {
        // By EclipseLink itself, for jakarta.persistence.Cache.
        if (entry.getInvalidationState() == CacheKey.CACHE_KEY_INVALID) {
            return false;
        }
        ReadScope scope = unit.scope();
        if (scope != null && scope.hasBuilt(entry)) {
            return true;
        }
        // Asking may take the time of a message: not for what cannot be used anyway, and who has asked looks once more.
        return isValid(entry) && mayUseNear(scope) && isValid(entry);
    }

    private boolean isValid(NearIdentityMap.Entry entry) {
        return entry.admittedStamp() >= validFrom && unit.isUsed();
    }

    private boolean mayUseNear(@Nullable ReadScope scope) {
        return scope == null
                ? !unit.context().hasWritten() && unit.mayUse() && unit.mayUseNear()
                : !scope.hasWritten && scope.mayUse && scope.mayUseNear(unit);
    }

    /** The committed row is known to have this version: who has seen it is not led back to what is near, or in Redis. */
    void seen(RowKey key, long version) {
        NearIdentityMap.Entry shared = entry(key);
        if (shared != null && shared.admittedStamp() > 0 && shared.version() < version) {
            raise(key, version);
        }
    }

    /** The entry was read in this scope, with this version: may others use it from now on? */
    boolean admit(RowKey key, NearIdentityMap.Entry entry, long version, ReadScope scope) {
        boolean isFresh = scope.isKept() || !scope.mayLag;
        if (!isFresh || !takes(scope)) {
            entry.expel();
            return false;
        }
        return admit(key, entry, version, scope.stamp);
    }

    private boolean takes(ReadScope scope) {
        return !scope.hasWritten && unit.isYoung(scope) && !isFrozen();
    }

    /** Whether the row of this version, which was read in this scope, is to become the shared object. */
    boolean wants(RowKey key, long version, ReadScope scope) {
        // Who must know what this process has not heard of keeps to itself what it reads.
        if (scope.mayLag || !scope.mayUse || !takes(scope) || !admits(key, version)) {
            return false;
        }
        NearIdentityMap.Entry shared = entry(key);
        return shared == null || shared.getObject() == null || !isValid(shared);
    }

    /** The entry is as of this stamp, and has this version. */
    boolean admit(RowKey key, NearIdentityMap.Entry entry, long version, long stamp) {
        entry.admit(stamp, version);
        if (!isCached() || isFrozen() || !admits(key, version)) {
            entry.expel();
            return false;
        }
        return true;
    }

    /** Is no newer version of the row known? */
    boolean admits(RowKey key, long version) {
        return floors.admits(key, version, unit.nanos());
    }

    /** Nothing older than this version of the row is used in this process from now on. */
    void raise(RowKey key, long version) {
        if (!floors.raise(key, version, unit.nanos())) {
            dropNear();
        }
        NearIdentityMap.Entry entry = entry(key);
        if (entry != null && (entry.version() < version || version == Versions.ABOVE_ALL)) {
            entry.expel();
        }
    }

    /** Whether what was read at this stamp has not been dropped since. */
    boolean isSince(long stamp) {
        return stamp >= validFrom;
    }

    /** Nothing that was read until now is used in this process any more. */
    void dropNear() {
        validFrom = unit.tick();
    }

    /** Nothing is admitted for this long, because the rows are changed and not yet committed; 0 ends that. */
    void freeze(long nanos) {
        frozenUntilNanos = unit.nanos() + nanos;
        dropNear();
    }

    // The epoch tells of changes whose message this process missed.
    private boolean isFrozen() {
        return frozenUntilNanos - unit.nanos() > 0 || !unit.store().isUsable(this, unit.nanos());
    }

    void expireFloors() {
        floors.expire(unit.nanos());
    }

    @Override
    public String toString() {
        return name;
    }
}
