package org.holdfast.cache;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.eclipse.persistence.internal.sessions.ObjectChangeSet;
import org.eclipse.persistence.internal.sessions.UnitOfWorkChangeSet;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.holdfast.cache.guard.Versions;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction changes. Everybody is told before the commit: from then on nobody keeps what was before, so that a
 * process which dies anywhere leaves nothing stale behind. What Redis, or another site's Redis, was not told is committed with
 * the transaction, in the {@link Outbox}. A transaction that is rolled back has only emptied something. Confined to the
 * thread of its transaction.
 */
final class Changes {
    private static final String PROPERTY = "org.holdfast.cache.changes";
    /** More rows of a region are told as the region. */
    private static final int ROWS_MAX = 5_000;

    /** An entry of the near cache before the commit: null when there was none. */
    private record Before(NearIdentityMap.@Nullable Entry entry, long builds, long version) {
        @SuppressWarnings("ReferenceEquality") // Keys are equal where their primary keys are.
        boolean isStill(NearIdentityMap.Entry present) {
            return present == entry && present.builds() == builds;
        }
    }

    private final CacheUnit unit;
    private final String name = UUID.randomUUID().toString();
    private final Map<RowKey, Long> rows = new HashMap<>();
    /** Those of the rows that others may know of: they were not inserted here. */
    private final Set<RowKey> outdated = new HashSet<>();

    private final Set<RowKey> written = new HashSet<>();
    private final Map<RowKey, Before> near = new HashMap<>();
    private final Set<RowKey> inserted = new HashSet<>();
    private final Set<Region> dropped = new HashSet<>();
    private final Set<TagKey> tags = new HashSet<>();
    private final List<TagFreeze> freezes = new ArrayList<>();
    private final List<CompletableFuture<?>> told = new ArrayList<>();
    private String space = "";
    private int tellings;
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
            unit.changedIn(work.getParent(), known);
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
        if (!region.isShared()) {
            return;
        }
        Optional<String> partition = region.partition();
        if (partition.isEmpty()) {
            region(region);
            return;
        }
        tag(new TagKey(region, partition.get(), ""));
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

    /** A row is inserted, and is then as its row will be read: nobody can have an older one. */
    void inserted(Region region, Object primaryKey, long version) {
        if (!region.isShared()) {
            return;
        }
        region.partition().ifPresent(partition -> {
            RowKey key = new RowKey(region, partition, primaryKey);
            begin();
            rows.putIfAbsent(key, version);
            written.add(key);
            inserted.add(key);
        });
    }

    /** Results of queries that depend on this part of the region are about to change; the whole of it when it is empty. */
    void tag(Region region, String part) {
        region.partition().ifPresentOrElse(partition -> tag(new TagKey(region, partition, part)), () -> region(region));
    }

    private void tag(TagKey tag) {
        if (!tag.region().isShared()) {
            return;
        }
        begin();
        if (tags.add(tag)) {
            freeze(tag);
        }
    }

    private void freeze(TagKey tag) {
        TagFreeze freeze = unit.queries().begin(tag);
        freezes.add(freeze);
        told.add(freeze.told());
    }

    private void tell(RowKey key, long version) {
        begin();
        rows.put(key, version);
        outdated.add(key);
        key.region().raise(key, version);
        told.add(unit.store().tombstone(key, version));
    }

    /** Any rows of a region are about to be changed. */
    void region(Region region) {
        if (!region.isShared()) {
            return;
        }
        begin();
        if (dropped.add(region)) {
            told.add(unit.store().drop(region, freeze(), unit.config().windowMillis()));
        }
    }

    // Told again it is another one: the first may have ended meanwhile, and rows have been kept since.
    private String freeze() {
        return name + "-" + tellings;
    }

    private void begin() {
        if (rows.isEmpty() && dropped.isEmpty() && tags.isEmpty()) {
            firstNanos = unit.nanos();
            space = unit.store().space();
        }
    }

    /**
     * All is written, the commit comes next. Waits until Redis has confirmed, for the deadline at most; what is to be told by
     * the database is written in the session's transaction.
     *
     * @throws org.eclipse.persistence.exceptions.DatabaseException when the database does not take it: then it cannot commit
     */
    void prepare(AbstractSession session) {
        stamp = unit.stamp();
        written.forEach(key -> {
            NearIdentityMap.Entry entry = key.region().entry(key);
            near.put(key, entry == null ? new Before(null, 0, 0) : new Before(entry, entry.builds(), entry.version()));
        });
        if (isOld()) {
            tellAgain();
        } else if (!freezes.stream().allMatch(freeze -> freeze.isReliable(unit.nanos()))) {
            tags.forEach(this::freeze);
        }
        // Keys that were lost meanwhile took with them what was told at first.
        boolean isConfirmed =
                confirmTold() && !space.isEmpty() && space.equals(unit.store().space());
        if (!outdated.isEmpty() || !dropped.isEmpty() || !tags.isEmpty()) {
            unit.outbox().ifPresent(outbox -> outbox.tell(session, this::messages, isConfirmed ? space : null));
        }
    }

    private List<byte[]> messages() {
        Set<Region> regions = new HashSet<>(dropped);
        Map<Region, List<RowKey>> keys = new HashMap<>();
        outdated.forEach(key ->
                keys.computeIfAbsent(key.region(), each -> new ArrayList<>()).add(key));
        List<byte[]> messages = new ArrayList<>();
        keys.forEach((region, ofRegion) -> {
            if (ofRegion.size() > ROWS_MAX) {
                regions.add(region);
            } else if (!regions.contains(region)) {
                ofRegion.forEach(key -> messages.add(Messages.row(key, version(key))));
            }
        });
        regions.forEach(region -> messages.add(Messages.region(region, 0)));
        tags.forEach(tag -> messages.add(Messages.tag(tag)));
        return messages;
    }

    private long version(RowKey key) {
        return rows.getOrDefault(key, Versions.ABOVE_ALL);
    }

    // What is not confirmed in time is pending, and told again by the heartbeat.
    private boolean confirmTold() {
        boolean isConfirmed =
                told.isEmpty() || (unit.isTrusted() && unit.store().confirm(told.toArray(CompletableFuture<?>[]::new)));
        if (!isConfirmed) {
            outdated.forEach(key -> unit.store().pending().add(key.region(), key, version(key)));
            dropped.forEach(unit.store()::untold);
            tags.forEach(unit.queries()::pend);
        }
        told.clear();
        return isConfirmed;
    }

    // A tombstone must outlive the commit by as long as a node may lag.
    private boolean isOld() {
        return unit.nanos() - firstNanos
                > TimeUnit.MILLISECONDS.toNanos(unit.config().windowMillis()) / 8;
    }

    private void tellAgain() {
        tellings++;
        firstNanos = unit.nanos();
        space = unit.store().space();
        outdated.forEach(key -> {
            key.region().raise(key, version(key));
            told.add(unit.store().tombstone(key, version(key)));
        });
        for (Region region : dropped) {
            told.add(unit.store().drop(region, freeze(), unit.config().windowMillis()));
        }
        tags.forEach(this::freeze);
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

    /**
     * The transaction has committed, and EclipseLink is about to merge the changed attributes into whatever is there, whose
     * locks the thread holds. Together they are the row only where the entry has what the transaction has changed: another
     * thread may have built it meanwhile, from what it had read before others' commits. EclipseLink itself compares versions,
     * but statements of the application need not count them. What is not the row is left as it is, and invalid.
     */
    void merging(UnitOfWorkChangeSet changeSet) {
        // EclipseLink's keys are equal where their primary keys are, of whatever entity.
        Set<NearIdentityMap.Entry> whole = Collections.newSetFromMap(new IdentityHashMap<>());
        near.replaceAll((key, was) -> {
            NearIdentityMap.Entry entry = was.entry();
            if (entry == null || !isBase(key, was)) {
                return was;
            }
            whole.add(entry);
            return new Before(entry, was.builds() + 1, was.version());
        });
        for (ObjectChangeSet each : changeSet.getAllChangeSets().values()) {
            if (each.hasChanges() && !each.isNew() && each.getActiveCacheKey() instanceof NearIdentityMap.Entry entry) {
                if (!whole.contains(entry)) {
                    each.setIsInvalid(true);
                }
                entry.changed();
            }
        }
    }

    private boolean isBase(RowKey key, Before was) {
        NearIdentityMap.Entry entry = key.region().entry(key);
        return entry != null
                && was.isStill(entry)
                && was.version() == version(key) - 1
                && key.region().isSince(entry.asOf());
    }

    // Only what was the row before, and is it with what was merged.
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
                    : was.isStill(entry) && was.version() == version - 1;
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
            told.add(unit.store().drop(region, freeze(), 0));
        }
        unit.queries().end(freezes);
    }
}
