package org.holdfast.cache;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.holdfast.cache.guard.Versions;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction changes. Everybody is told before the commit: from then on nobody keeps what was before, so that a
 * process which dies anywhere leaves nothing stale behind. A transaction that is rolled back has only emptied something.
 * Confined to the thread of its transaction.
 */
final class Changes {
    private static final String PROPERTY = "org.holdfast.cache.changes";

    /** An entry of the near cache before the commit: null when there was none. */
    private record Before(NearIdentityMap.@Nullable Entry entry, long builds, long version) {}

    private final CacheUnit unit;
    private final String name = UUID.randomUUID().toString();
    private final Map<RowKey, Long> rows = new HashMap<>();
    private final Set<RowKey> written = new HashSet<>();
    private final Map<RowKey, Before> near = new HashMap<>();
    private final Set<RowKey> inserted = new HashSet<>();
    private final Set<Region> dropped = new HashSet<>();
    private final List<CompletableFuture<?>> told = new ArrayList<>();
    private long firstNanos;
    private long stamp;

    private Changes(CacheUnit unit) {
        this.unit = unit;
    }

    /** Those of a unit of work; made at the first change. */
    static Changes of(CacheUnit unit, UnitOfWorkImpl work) {
        // Not getProperty: that would look into the shared session too.
        Changes known = (Changes) work.getProperties().get(PROPERTY);
        if (known == null) {
            known = new Changes(unit);
            work.setProperty(PROPERTY, known);
        }
        return known;
    }

    static Optional<Changes> existing(UnitOfWorkImpl work) {
        return Optional.ofNullable((Changes) work.getProperties().get(PROPERTY));
    }

    /** Forgets them: the transaction has ended. */
    static Optional<Changes> take(UnitOfWorkImpl work) {
        return Optional.ofNullable((Changes) work.getProperties().remove(PROPERTY));
    }

    /**
     * A row is about to be changed, inserted or deleted.
     *
     * @param primaryKey as EclipseLink holds it
     * @param version that the row has afterwards; above all when it is not known
     * @param isKnown whether the entity is then as its row will be read
     */
    void row(Region region, Object primaryKey, long version, boolean isKnown) {
        Optional<String> partition = region.partition();
        if (partition.isEmpty()) {
            region(region);
            return;
        }
        RowKey key = new RowKey(region, partition.get(), primaryKey);
        if (isKnown) {
            written.add(key);
        } else {
            written.remove(key);
        }
        Long before = rows.get(key);
        if (before == null || before < version) {
            tell(key, version);
        }
    }

    /** A row is inserted: nobody can have an older one. */
    void inserted(Region region, Object primaryKey, long version) {
        region.partition().ifPresent(partition -> {
            RowKey key = new RowKey(region, partition, primaryKey);
            begin();
            rows.putIfAbsent(key, version);
            written.add(key);
            inserted.add(key);
        });
    }

    private void tell(RowKey key, long version) {
        begin();
        rows.put(key, version);
        key.region().raise(key, version);
        told.add(unit.store().tombstone(key, version));
    }

    /** Any rows of a region are about to be changed. */
    void region(Region region) {
        begin();
        if (dropped.add(region)) {
            told.add(unit.store().drop(region, name, unit.config().windowMillis()));
        }
    }

    private void begin() {
        if (rows.isEmpty() && dropped.isEmpty()) {
            firstNanos = unit.nanos();
        }
    }

    /** All is written, the commit comes next. Waits until Redis has confirmed, for the deadline at most. */
    void prepare() {
        stamp = unit.stamp();
        written.forEach(key -> {
            NearIdentityMap.Entry entry = key.region().entry(key);
            near.put(key, entry == null ? new Before(null, 0, 0) : new Before(entry, entry.builds(), entry.version()));
        });
        if (isOld()) {
            tellAgain();
        }
        confirmTold();
    }

    // What is not confirmed in time is pending, and told again by the heartbeat.
    private void confirmTold() {
        boolean isConfirmed =
                told.isEmpty() || (unit.isTrusted() && unit.store().confirm(told.toArray(CompletableFuture<?>[]::new)));
        if (!isConfirmed) {
            rows.forEach((key, version) -> unit.store().pending().add(key.region(), key, version));
            dropped.forEach(region -> unit.store().pending().addRegion(region));
        }
        told.clear();
    }

    // A tombstone must outlive the commit by as long as a node may lag.
    private boolean isOld() {
        return unit.nanos() - firstNanos
                > TimeUnit.MILLISECONDS.toNanos(unit.config().windowMillis()) / 4;
    }

    private void tellAgain() {
        firstNanos = unit.nanos();
        rows.forEach((key, version) -> {
            key.region().raise(key, version);
            told.add(unit.store().tombstone(key, version));
        });
        for (Region region : dropped) {
            told.add(unit.store().drop(region, name, unit.config().windowMillis()));
        }
    }

    /** The partition that everything belongs to; null when nothing says so. */
    @Nullable
    String partition() {
        return rows.keySet().stream()
                .map(RowKey::partition)
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse(null);
    }

    /** The transaction has committed, and EclipseLink has merged what it wrote into the shared cache. */
    void committed() {
        if (isOld()) {
            tellAgain();
        }
        written.forEach(this::admit);
        endFreeze();
        confirmTold();
    }

    // EclipseLink has merged the changed attributes into whatever was there. That is the row only when the entry was as
    // the row
    // had been before, and no other thread has built it meanwhile, perhaps from what it had read before the commit.
    private void admit(RowKey key) {
        NearIdentityMap.Entry entry = key.region().entry(key);
        Long version = rows.get(key);
        Before was = near.get(key);
        if (entry == null || version == null || version == Versions.ABOVE_ALL || was == null || !unit.isTrusted()) {
            return;
        }
        if (!entry.acquireNoWait()) {
            return;
        }
        try {
            boolean isWhole = was.entry() == null
                    ? inserted.contains(key) && entry.builds() == 0
                    : entry.equals(was.entry()) && entry.builds() == was.builds() && was.version() == version - 1;
            if (isWhole) {
                key.region().admit(key, entry, version, stamp);
            }
        } finally {
            entry.release();
        }
    }

    /** The transaction has ended, and whether it committed is not known here. */
    void abandoned() {
        endFreeze();
        confirmTold();
    }

    private void endFreeze() {
        for (Region region : dropped) {
            told.add(unit.store().drop(region, name, 0));
        }
    }
}
