package org.holdfast.persistence;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import org.holdfast.cache.CacheContext;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CacheContext} that the application offers as a service, found as {@link LocatedDataSource} is. Thread-safe.
 */
public final class LocatedCacheContext implements CacheContext {
    private volatile @Nullable CacheContext located;

    // Two threads may both look it up at first; each finds an equal one.
    private CacheContext located() {
        CacheContext found = located;
        if (found == null) {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            found = ServiceLoader.load(CacheContext.class, loader)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "no " + CacheContext.class.getName() + " service is visible to " + loader));
            located = found;
        }
        return found;
    }

    @Override
    public Optional<String> partition() {
        return located().partition();
    }

    @Override
    public boolean isPartitioned(Class<?> entity) {
        return located().isPartitioned(entity);
    }

    @Override
    public String epoch() {
        return located().epoch();
    }

    @Override
    public boolean mayLag() {
        return located().mayLag();
    }

    @Override
    public boolean hasWritten() {
        return located().hasWritten();
    }

    @Override
    public OptionalLong hasReadSince() {
        return located().hasReadSince();
    }

    @Override
    public OptionalLong mustKnowSince() {
        return located().mustKnowSince();
    }

    @Override
    public OptionalLong lagKnownNanos() {
        return located().lagKnownNanos();
    }

    @Override
    public boolean readsPast() {
        return located().readsPast();
    }

    @Override
    public Map<String, String> properties() {
        return located().properties();
    }
}
