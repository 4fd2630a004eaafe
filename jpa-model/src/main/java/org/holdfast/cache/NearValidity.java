package org.holdfast.cache;

import org.eclipse.persistence.descriptors.invalidation.CacheInvalidationPolicy;
import org.eclipse.persistence.internal.identitymaps.CacheKey;

/** Lets EclipseLink use an entry of the near cache only while {@link Region#accepts} it. Thread-safe. */
final class NearValidity extends CacheInvalidationPolicy {
    private static final long serialVersionUID = 1;

    private final transient Region region;

    NearValidity(Region region) {
        this.region = region;
    }

    @Override
    public long getExpiryTimeInMillis(CacheKey key) {
        return NO_EXPIRY;
    }

    @Override
    public boolean isInvalidated(CacheKey key, long currentTimeMillis) {
        if (key.getInvalidationState() == CacheKey.CACHE_KEY_INVALID) {
            return true;
        }
        // Other keys are those of a unit of work or a client session: what a transaction has read stays as it read it.
        return key instanceof NearIdentityMap.Entry entry && !region.accepts(entry);
    }

    // The one instance of a region is shared by its descriptors.
    @Override
    public Object clone() {
        return this;
    }
}
