package org.holdfast.cache;

import org.eclipse.persistence.descriptors.DescriptorEvent;
import org.eclipse.persistence.internal.sessions.AbstractRecord;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.eclipse.persistence.queries.ObjectLevelReadQuery;
import org.holdfast.cache.row.UncodableValueException;

/** Takes a row that was read into the near cache and offers it to Redis. Thread-safe. */
final class Fill {
    private final CacheUnit unit;
    private final Region region;
    private final RowShape shape;

    Fill(CacheUnit unit, Region region, RowShape shape) {
        this.unit = unit;
        this.region = region;
        this.shape = shape;
    }

    // A row that cannot be kept must not make the query fail that read it.
    @SuppressWarnings("CatchingUnchecked")
    void built(DescriptorEvent event) {
        try {
            if (event.getQuery() instanceof ObjectLevelReadQuery query
                    && event.getRecord() instanceof AbstractRecord row
                    && !query.shouldStoreBypassCache()) {
                take(event.getSource(), row, unit.session());
            }
        } catch (UncodableValueException uncodable) {
            region.refuse("it has " + uncodable.getMessage());
        } catch (RuntimeException failure) {
            region.refuse(failure.toString());
        }
    }

    private void take(Object entity, AbstractRecord row, AbstractSession session) {
        ReadScope scope = unit.scope();
        if (scope == null) {
            return;
        }
        Object primaryKey = shape.descriptor().getObjectBuilder().extractPrimaryKeyFromRow(row, session);
        RowKey key = new RowKey(region, region.currentPartition(), primaryKey);
        NearIdentityMap.Entry entry = region.entryOf(key, entity);
        // A unit of work builds for itself alone, from what may never be committed; so does a client session.
        if (entry == null) {
            return;
        }
        long version = shape.version(row);
        if (!scope.hasWritten) {
            region.seen(key, version);
        }
        entry.built(version, scope.stamp);
        scope.built(entry);
        if (!region.isCached() || region.partition().isEmpty() || scope.hasWritten) {
            entry.expel();
            return;
        }
        if (!entry.isApart()) {
            region.admit(key, entry, version, scope);
        }
        if (!scope.isKept() && unit.isYoung(scope) && region.admits(key, version) && unit.isUsed()) {
            shape.encode(row, version).ifPresent(bytes -> {
                unit.store().offer(key, bytes, scope);
                if (entry.isApart() && region.wants(key, version, scope)) {
                    region.reading().ifPresent(reading -> reading.share(shape, bytes, scope));
                }
            });
        }
    }
}
