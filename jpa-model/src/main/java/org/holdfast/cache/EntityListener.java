package org.holdfast.cache;

import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.descriptors.DescriptorEvent;
import org.eclipse.persistence.descriptors.DescriptorEventAdapter;
import org.eclipse.persistence.internal.sessions.AbstractRecord;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.eclipse.persistence.mappings.DatabaseMapping;
import org.eclipse.persistence.mappings.ForeignReferenceMapping;
import org.holdfast.cache.guard.Versions;

/**
 * Hears of every row of one class that is built, changed or deleted. EclipseLink tells the listeners of a superclass too, which
 * know a part of the row only. Thread-safe.
 */
final class EntityListener extends DescriptorEventAdapter {
    private final CacheUnit unit;
    private final Region region;
    private final RowShape shape;
    private final Fill fill;

    EntityListener(CacheUnit unit, Region region, RowShape shape) {
        this.unit = unit;
        this.region = region;
        this.shape = shape;
        this.fill = new Fill(unit, region, shape);
    }

    @Override
    public void postBuild(DescriptorEvent event) {
        if (isOfThisClass(event)) {
            fill.built(event);
        }
    }

    @Override
    public void postRefresh(DescriptorEvent event) {
        if (isOfThisClass(event)) {
            fill.built(event);
        }
    }

    @Override
    public void aboutToUpdate(DescriptorEvent event) {
        if (isOfThisClass(event) && event.getSession() instanceof UnitOfWorkImpl work) {
            AbstractRecord row = event.getRecord() instanceof AbstractRecord record ? record : null;
            long version = shape.versionWritten(row, event.getSource(), work);
            Changes.of(unit, work).row(region, primaryKey(event, work), version, shape.isKnownAfterWrite());
        }
    }

    @Override
    public void postInsert(DescriptorEvent event) {
        if (isOfThisClass(event) && event.getSession() instanceof UnitOfWorkImpl work && shape.isKnownAfterWrite()) {
            Changes.of(unit, work).inserted(region, primaryKey(event, work), shape.version(event.getSource(), work));
        }
    }

    @Override
    public void preInsert(DescriptorEvent event) {
        changing(event);
    }

    // Also of an entity whose row stays as it is, because only a table of its collections changes.
    @Override
    public void preUpdateWithChanges(DescriptorEvent event) {
        changing(event);
    }

    private void changing(DescriptorEvent event) {
        if (isOfThisClass(event) && event.getSession() instanceof UnitOfWorkImpl work) {
            Changes.of(unit, work).tag(region, "");
        }
    }

    @Override
    public void preDelete(DescriptorEvent event) {
        if (isOfThisClass(event) && event.getSession() instanceof UnitOfWorkImpl work) {
            Changes changes = Changes.of(unit, work);
            changes.row(region, primaryKey(event, work), Versions.ABOVE_ALL, false);
            deletedByTheDatabase(changes, work);
        }
    }

    // Rows that a foreign key deletes with this one are known to the database alone.
    private void deletedByTheDatabase(Changes changes, AbstractSession session) {
        for (DatabaseMapping mapping : shape.descriptor().getMappings()) {
            if (mapping instanceof ForeignReferenceMapping reference && reference.isCascadeOnDeleteSetOnDatabase()) {
                ClassDescriptor target = session.getDescriptor(reference.getReferenceClass());
                if (target != null) {
                    Region.of(target).ifPresent(changes::region);
                }
            }
        }
    }

    private boolean isOfThisClass(DescriptorEvent event) {
        return event.getSource().getClass() == shape.descriptor().getJavaClass();
    }

    private Object primaryKey(DescriptorEvent event, AbstractSession session) {
        return shape.descriptor().getObjectBuilder().extractPrimaryKeyFromObject(event.getSource(), session);
    }
}
