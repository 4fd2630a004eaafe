package org.holdfast.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One query of a thread, with all queries it leads to: what was known when it began. Confined to that thread.
 */
final class ReadScope {
    private static final int DEPTH_MAX = 100;

    final Optional<String> partition;
    final boolean mayLag;
    final boolean hasWritten;
    /** Whether the cache may answer: it has heard of all that this query must know. */
    final boolean mayUse;
    /** The history that the database was in. */
    final String epoch;
    /** The unit's clock before anything was read: what is invalidated later invalidates what this query reads. */
    final long stamp;

    /** Whatever was committed long before this moment is in what the query reads. */
    final long startedNanos;

    /** For an entry that was right when the query came upon it. */
    private static final long ANY = -1;

    /** What the query may use, and how often it had been changed when it was built. */
    private record Built(NearIdentityMap.Entry entry, long builds) {}

    private final List<Built> built = new ArrayList<>(2);
    private int depth = 1;
    private int sharedDepth;
    private boolean isKept;
    private @Nullable Boolean mayUseNear;

    ReadScope(CacheContext context, boolean mayUse, String epoch, long stamp, long nowNanos) {
        this.partition = context.partition();
        this.mayLag = context.mayLag();
        this.hasWritten = context.hasWritten();
        this.mayUse = mayUse;
        this.epoch = epoch;
        this.stamp = stamp;
        this.startedNanos = mayLag ? context.lagKnownNanos().orElse(nowNanos) : nowNanos;
    }

    /** Whether what is near may answer, if the cache may; asked for once, by the first who has something near. */
    boolean mayUseNear(CacheUnit unit) {
        Boolean known = mayUseNear;
        if (known == null) {
            known = unit.mayUseNearSoon();
            mayUseNear = known;
        }
        return known;
    }

    void enter() {
        // Before the stack is used up: an Error in the middle of the server's pool would cost it a connection for good.
        if (depth == DEPTH_MAX) {
            throw new IllegalStateException(
                    "queries are nested " + depth + " deep: what is read is never found usable");
        }
        depth++;
    }

    /** Whether the outermost query has ended. */
    boolean leave() {
        return --depth <= 0;
    }

    /** A query of the shared session begins: what it builds may become part of a shared object. */
    void enterShared() {
        sharedDepth++;
    }

    void leaveShared() {
        sharedDepth--;
    }

    /**
     * Whether what is built now is for the caller alone. EclipseLink builds an invalid shared object in place, and copies it
     * afterwards: another thread, whose row is older or from a node that lags, could build it between the two. So shared objects are
     * built only from rows that are kept, and each caller copies its own.
     */
    boolean isApart() {
        return !isKept && sharedDepth == 0;
    }

    /** Ends the entries that were this query's alone. */
    void forgetApart() {
        built.forEach(each -> NearIdentityMap.forgetApart(each.entry));
    }

    /** This query itself read the entity, so it is as fresh as this query can see, whoever else may use it. */
    @SuppressWarnings("ReferenceEquality") // EclipseLink's keys have no other.
    void built(NearIdentityMap.Entry entry) {
        built.removeIf(each -> each.entry == entry);
        built.add(new Built(entry, entry.builds()));
    }

    /** The entry may be used by all of this query, whatever becomes of it meanwhile. */
    void uses(NearIdentityMap.Entry entry) {
        if (!hasBuilt(entry)) {
            built.add(new Built(entry, ANY));
        }
    }

    /** Whether the entry is as this query has built it, or came upon it: others may have built it from an older row since. */
    @SuppressWarnings("ReferenceEquality") // EclipseLink's keys have no other.
    boolean hasBuilt(NearIdentityMap.Entry entry) {
        // From the end: what is asked for has just been built.
        for (int index = built.size() - 1; index >= 0; index--) {
            Built each = built.get(index);
            if (each.entry == entry) {
                return each.builds == ANY || each.builds == entry.builds();
            }
        }
        return false;
    }

    /** The object that is built now comes from a row that is kept: Redis had it, or may have it. */
    boolean isKept() {
        return isKept;
    }

    /** Runs the building of an object from a row that is kept. */
    void buildingKept(Runnable building) {
        boolean before = isKept;
        isKept = true;
        try {
            building.run();
        } finally {
            isKept = before;
        }
    }
}
