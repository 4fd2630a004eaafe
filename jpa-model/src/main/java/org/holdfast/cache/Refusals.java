package org.holdfast.cache;

import java.util.Optional;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.descriptors.FetchGroupManager;
import org.eclipse.persistence.internal.identitymaps.NoIdentityMap;
import org.eclipse.persistence.mappings.DatabaseMapping;
import org.eclipse.persistence.queries.FetchGroup;

/** Which entities are not cached, and why: what cannot be kept safely is not kept. */
final class Refusals {
    private Refusals() {}

    /** What is known before descriptors are initialised. */
    static Optional<String> before(ClassDescriptor descriptor) {
        if (NoIdentityMap.class.equals(descriptor.getIdentityMapClass())) {
            return Optional.of("its identity map keeps nothing");
        }
        if (descriptor.hasMultitenantPolicy()) {
            return Optional.of("EclipseLink's own multitenancy keeps its tenants apart in another way");
        }
        if (descriptor.getCachePolicy().getCacheInterceptorClass() != null) {
            return Optional.of("it has a cache interceptor of its own");
        }
        if (!descriptor.getCachePolicy().getCacheIndexes().isEmpty()) {
            return Optional.of("its cache indexes know no partitions");
        }
        if (descriptor.hasSerializedObjectPolicy()) {
            return Optional.of("it is stored as a serialized object");
        }
        return Optional.empty();
    }

    /** What is known afterwards. */
    static Optional<String> after(ClassDescriptor descriptor, boolean cachesVectors) {
        if (descriptor.getCachePolicy().isIsolated()) {
            return Optional.of("EclipseLink has isolated it");
        }
        if (descriptor.getPrimaryKeyFields().isEmpty()) {
            return Optional.of("it has no primary key");
        }
        if (!descriptor.isRelationalDescriptor() && !descriptor.isObjectRelationalDataTypeDescriptor()) {
            return Optional.of("it is not in tables");
        }
        return cachesVectors ? Optional.empty() : eagerVector(descriptor);
    }

    private static Optional<String> eagerVector(ClassDescriptor descriptor) {
        FetchGroupManager manager = descriptor.getFetchGroupManager();
        FetchGroup group = manager == null ? null : manager.getDefaultFetchGroup();
        return descriptor.getMappings().stream()
                .filter(Refusals::isVector)
                .map(DatabaseMapping::getAttributeName)
                .filter(name -> group == null || group.containsAttributeInternal(name))
                .findFirst()
                .map(name -> "its attribute " + name + " is a vector that is read with each row; make it lazy, or set "
                        + CacheConfig.KEYS + "vectors");
    }

    private static boolean isVector(DatabaseMapping mapping) {
        Class<?> type = mapping.getAttributeClassification();
        return type == float[].class || type == double[].class;
    }
}
