package org.holdfast.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.sessions.AbstractRecord;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.eclipse.persistence.queries.ReadObjectQuery;
import org.jspecify.annotations.Nullable;

/**
 * Before EclipseLink looks for an entity by its key: when the near cache does not have it, and Redis does, builds it into the
 * near cache, where EclipseLink finds it then. Thread-safe.
 */
final class ReadThrough {
    private final CacheUnit unit;
    private final Region region;
    private final List<RowShape> shapes;
    private final byte[] form;

    /** @param shapes by the number of their class */
    ReadThrough(CacheUnit unit, Region region, List<RowShape> shapes) {
        this.unit = unit;
        this.region = region;
        this.shapes = List.copyOf(shapes);
        this.form = RowShape.form(shapes);
        shapes.forEach(shape -> shape.hasForm(form));
    }

    /** The query is about to be executed, for the entity with this key. */
    // Whatever goes wrong here, the database has the entity.
    @SuppressWarnings("CatchingUnchecked")
    void before(ReadObjectQuery query, Object primaryKey, AbstractSession session) {
        ReadScope scope = unit.scope();
        if (scope == null || !isFor(query, session, scope)) {
            return;
        }
        Optional<String> partition = region.partition();
        if (partition.isEmpty()) {
            return;
        }
        RowKey key = new RowKey(region, partition.get(), primaryKey);
        if (isNear(key)) {
            region.counters().nearHits.increment();
            return;
        }
        region.counters().nearMisses.increment();
        try {
            load(key, unit.store().get(key).orElse(null), scope);
        } catch (RuntimeException failure) {
            region.refuse("a row of Redis could not be built: " + failure);
        }
    }

    private boolean isFor(ReadObjectQuery query, AbstractSession session, ReadScope scope) {
        return region.isCached()
                && !scope.hasWritten
                && scope.mayUse
                && unit.isUsed()
                && query.shouldMaintainCache()
                && !query.shouldRefreshIdentityMapResult()
                && !query.shouldRetrieveBypassCache()
                && !query.shouldStoreBypassCache()
                && !query.isLockQuery()
                && !(session instanceof UnitOfWorkImpl work && readsItsOwn(work, query));
    }

    // In a transaction that has written, and for what the unit of work has already, EclipseLink asks no shared cache.
    private static boolean readsItsOwn(UnitOfWorkImpl work, ReadObjectQuery query) {
        if (work.isNestedUnitOfWork()
                || work.wasTransactionBegunPrematurely()
                || (work.hasCommitManager() && work.getCommitManager().isActive())) {
            return true;
        }
        Object primaryKey = query.getSelectionId();
        ClassDescriptor descriptor = query.getDescriptor();
        return primaryKey != null && descriptor != null && isHeld(work, primaryKey, descriptor);
    }

    private static boolean isHeld(UnitOfWorkImpl work, Object primaryKey, ClassDescriptor descriptor) {
        return work.getIdentityMapAccessorInstance()
                        .getIdentityMapManager()
                        .getFromIdentityMap(primaryKey, descriptor.getJavaClass(), descriptor)
                != null;
    }

    // What the unit of work has, or its own copy of what is near and may be used.
    private static @Nullable Object held(UnitOfWorkImpl work, Object primaryKey, ClassDescriptor descriptor) {
        return work.getIdentityMapAccessorInstance().getFromIdentityMap(primaryKey, descriptor.getJavaClass(), false);
    }

    /**
     * All entities with these keys in their order, or nothing when one of them cannot be had without the database. Those that
     * are not near are asked of Redis in one round trip.
     */
    // Whatever goes wrong here, the database has the entities.
    @SuppressWarnings("CatchingUnchecked")
    Optional<List<Object>> allWithoutDatabase(
            List<?> primaryKeys, ClassDescriptor descriptor, UnitOfWorkImpl work, ReadScope scope) {
        Optional<String> partition = region.partition();
        if (!region.isCached() || partition.isEmpty()) {
            return Optional.empty();
        }
        @Nullable Object[] found = new @Nullable Object[primaryKeys.size()];
        List<RowKey> missing = new ArrayList<>();
        for (int each = 0; each < found.length; each++) {
            found[each] = held(work, primaryKeys.get(each), descriptor);
            if (found[each] == null) {
                missing.add(new RowKey(region, partition.get(), primaryKeys.get(each)));
            }
        }
        region.counters().nearHits.add(found.length - missing.size());
        region.counters().nearMisses.add(missing.size());
        try {
            if (!missing.isEmpty() && !loadAll(missing, scope)) {
                return Optional.empty();
            }
        } catch (RuntimeException failure) {
            region.refuse("a row of Redis could not be built: " + failure);
            return Optional.empty();
        }
        for (int each = 0; each < found.length; each++) {
            if (found[each] == null) {
                found[each] = held(work, primaryKeys.get(each), descriptor);
                if (found[each] == null) {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(List.of(found));
    }

    private boolean loadAll(List<RowKey> keys, ReadScope scope) {
        List<byte @Nullable []> rows = unit.store().getAll(keys);
        for (int each = 0; each < rows.size(); each++) {
            if (!load(keys.get(each), rows.get(each), scope)) {
                return false;
            }
        }
        return rows.size() == keys.size();
    }

    private boolean isNear(RowKey key) {
        NearIdentityMap.Entry entry = region.entry(key);
        return entry != null && entry.getObject() != null && region.accepts(entry);
    }

    private boolean load(RowKey key, byte @Nullable [] bytes, ReadScope scope) {
        RowShape shape = bytes == null ? null : shapeOf(bytes);
        if (bytes == null || shape == null || !region.admits(key, RowShape.versionOf(bytes))) {
            region.counters().redisMisses.increment();
            return false;
        }
        region.counters().redisHits.increment();
        share(shape, bytes, scope);
        return true;
    }

    /** Builds the shared object from a row that is kept. */
    void share(RowShape shape, byte[] bytes, ReadScope scope) {
        AbstractRecord row = shape.decode(bytes);
        scope.buildingKept(() -> build(shape, row));
    }

    private @Nullable RowShape shapeOf(byte[] bytes) {
        return RowShape.isRow(bytes, form) ? shapes.get(RowShape.numberOf(bytes)) : null;
    }

    private void build(RowShape shape, AbstractRecord row) {
        AbstractSession session = unit.session();
        ReadObjectQuery query = new ReadObjectQuery(shape.descriptor().getJavaClass());
        query.setDescriptor(shape.descriptor());
        query.setSession(session);
        query.setQueryId(session.getNextQueryId());
        // What the row lacks is lazy, and the object has to know.
        query.prepareFetchGroup();
        shape.descriptor().getObjectBuilder().buildObject(query, row);
    }
}
