package org.holdfast.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.persistence.config.CacheIsolationType;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.helper.DatabaseTable;
import org.eclipse.persistence.mappings.DatabaseMapping;
import org.eclipse.persistence.mappings.ForeignReferenceMapping;
import org.eclipse.persistence.mappings.OneToOneMapping;
import org.eclipse.persistence.queries.ReadQuery;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.jspecify.annotations.Nullable;

/**
 * Puts the cache into a session: what can be said before EclipseLink has prepared its descriptors, and the rest afterwards.
 * Immutable once complete.
 */
final class CacheInstallation {
    private final CacheUnit unit;
    private final ServerSession session;
    private final Map<Class<?>, ReadThrough> readings = new HashMap<>();
    private final Map<String, Set<Region>> tables = new HashMap<>();

    CacheInstallation(CacheUnit unit) {
        this.unit = unit;
        this.session = unit.session();
    }

    /** Before the log-in: descriptors are not initialised yet, mappings are there. */
    void begin() {
        Map<ClassDescriptor, Region> regions = new LinkedHashMap<>();
        for (ClassDescriptor descriptor : entities()) {
            ClassDescriptor root = Roots.of(descriptor, session);
            Region region = regions.computeIfAbsent(root, this::region);
            region.bind(descriptor);
            if (descriptor.getCachePolicy().isIsolated()) {
                region.refuseAsWanted("the application has turned its cache off");
            } else {
                Refusals.before(descriptor).ifPresent(region::refuse);
            }
        }
        regions.forEach((root, region) -> unit.add(region));
        for (ClassDescriptor descriptor : entities()) {
            Region.of(descriptor).ifPresent(region -> prepare(descriptor, region));
        }
        session.getEventManager().addListener(new SessionListener(unit, this));
        session.setExceptionHandler(new AbandonScope(unit, session.getExceptionHandler()));
    }

    private Region region(ClassDescriptor root) {
        return new Region(
                unit,
                root.getAlias(),
                root,
                unit.context().isPartitioned(root.getJavaClass()),
                TimeUnit.MILLISECONDS.toNanos(unit.config().windowMillis()));
    }

    private List<ClassDescriptor> entities() {
        return session.getDescriptors().values().stream()
                .filter(each -> !each.isDescriptorTypeAggregate() && each.getAlias() != null)
                .distinct()
                .sorted(Comparator.comparing(ClassDescriptor::getJavaClassName))
                .toList();
    }

    private void prepare(ClassDescriptor descriptor, Region region) {
        if (!region.isCached()) {
            // EclipseLink's own shared cache would know neither partitions nor other processes.
            descriptor.getCachePolicy().setCacheIsolation(CacheIsolationType.ISOLATED);
            return;
        }
        descriptor.setIdentityMapClass(NearIdentityMap.class);
        descriptor.setIdentityMapSize(unit.config().nearSize());
        descriptor.setCacheInvalidationPolicy(new NearValidity(region));
        // Refreshing only by newer versions would keep what was changed without one.
        descriptor.getCachePolicy().setShouldOnlyRefreshCacheIfNewerVersion(false);
        for (DatabaseMapping mapping : descriptor.getMappings()) {
            if (mapping instanceof ForeignReferenceMapping reference && !isHeldByOwnRow(reference)) {
                reference.setIsCacheable(false);
            }
        }
    }

    // Anything else changes without this row: collections, and references whose foreign key is on the other side.
    private static boolean isHeldByOwnRow(ForeignReferenceMapping mapping) {
        return mapping instanceof OneToOneMapping single && single.isForeignKeyRelationship();
    }

    /** After the log-in: descriptors are initialised. */
    void complete() {
        Map<Region, List<ClassDescriptor>> classes = new LinkedHashMap<>();
        for (ClassDescriptor descriptor : entities()) {
            Region.of(descriptor).ifPresent(region -> {
                classes.computeIfAbsent(region, each -> new ArrayList<>()).add(descriptor);
                for (DatabaseTable table : descriptor.getTables()) {
                    tables.computeIfAbsent(table.getName().toLowerCase(Locale.ROOT), each -> new HashSet<>())
                            .add(region);
                }
            });
        }
        classes.forEach((region, descriptors) -> {
            descriptors.forEach(
                    each -> Refusals.after(each, unit.config().cachesVectors()).ifPresent(region::refuse));
            complete(region, descriptors);
        });
        classes.values().forEach(descriptors -> descriptors.forEach(this::redirectReferences));
        session.getQueries().values().forEach(queries -> queries.forEach(this::cachesNoResults));
    }

    private void complete(Region region, List<ClassDescriptor> descriptors) {
        List<RowShape> shapes = new ArrayList<>();
        for (ClassDescriptor descriptor : descriptors) {
            shapes.add(new RowShape(descriptor, shapes.size(), unit.config().cachesVectors()));
        }
        ReadThrough reading = new ReadThrough(unit, region, shapes);
        if (region.isCached()) {
            region.readBy(reading);
        }
        for (RowShape shape : shapes) {
            shape.descriptor().getDescriptorEventManager().addListener(new EntityListener(unit, region, shape));
            if (region.isCached()) {
                readings.put(shape.descriptor().getJavaClass(), reading);
            }
        }
    }

    // A reference is read by a query of its mapping, which names its key only when it is executed.
    private void redirectReferences(ClassDescriptor descriptor) {
        for (DatabaseMapping mapping : descriptor.getMappings()) {
            if (mapping instanceof OneToOneMapping single
                    && single.isForeignKeyRelationship()
                    && single.getSelectionQuery() != null
                    && single.getReferenceDescriptor() != null) {
                ReadThrough reading =
                        readings.get(single.getReferenceDescriptor().getJavaClass());
                if (reading != null) {
                    single.getSelectionQuery().setRedirector(new ReferenceRedirector(single, reading, unit));
                }
            }
        }
    }

    // Its results are kept beside the identity map, without partition and without being invalidated.
    private void cachesNoResults(Object query) {
        if (query instanceof ReadQuery read && read.getQueryResultsCachePolicy() != null) {
            read.doNotCacheQueryResults();
            CacheUnit.LOG.log(
                    System.Logger.Level.WARNING,
                    "results of the query {0} are not cached: they would not be invalidated",
                    read.getName());
        }
    }

    /** How entities of this class are read through; null when they are not cached. */
    @Nullable
    ReadThrough reading(ClassDescriptor descriptor) {
        return readings.get(descriptor.getJavaClass());
    }

    /** The regions that hold rows of tables with these names, in small letters and without schema. */
    Map<String, Set<Region>> tables() {
        return tables;
    }

    /** The regions that a bulk change of the class touches: also those of its subclasses with tables of their own. */
    Collection<Region> touchedBy(Class<?> type) {
        Set<Region> touched = new HashSet<>();
        for (ClassDescriptor descriptor : entities()) {
            Class<?> each = descriptor.getJavaClass();
            if (each.isAssignableFrom(type) || type.isAssignableFrom(each)) {
                Optional<Region> region = Region.of(descriptor);
                region.ifPresent(touched::add);
            }
        }
        return touched;
    }
}
