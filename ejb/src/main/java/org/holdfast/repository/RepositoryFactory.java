package org.holdfast.repository;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.holdfast.cache.HotQueries;
import org.holdfast.cache.HotQuery;
import org.holdfast.cache.QueryTag;
import org.holdfast.connection.EntityCaches;
import org.jspecify.annotations.Nullable;

/** Hands out what the work of a session reads and writes through: first the cache, then the session's node. Thread-safe. */
@Dependent
public class RepositoryFactory {
    private final EntityCaches caches;

    @Inject
    RepositoryFactory(EntityCaches caches) {
        this.caches = caches;
    }

    /** The entities of one class. */
    public <E> Repository<E> of(EntityManager session, Class<E> entity) {
        return new Repository<>(session, entity, this);
    }

    /**
     * What a query finds, kept under the tag; see {@link HotQueries#list}.
     *
     * @param key all that the results differ by
     * @param tag all that they depend on
     */
    public <T> List<T> results(
            EntityManager session,
            HotQuery<T> query,
            List<? extends @Nullable Object> key,
            QueryTag tag,
            Supplier<List<T>> loader) {
        caches.used(query);
        return HotQueries.of(session).list(query, key, List.of(tag), loader);
    }

    /** As above, without asking the database; empty where that would be needed. */
    public <T> Optional<List<T>> kept(
            EntityManager session, HotQuery<T> query, List<? extends @Nullable Object> key, QueryTag tag) {
        caches.used(query);
        return HotQueries.of(session).kept(query, key, List.of(tag));
    }

    /** The session changes what these tags stand for, and not, or not only, through the EntityManager. */
    public void changed(EntityManager session, QueryTag... tags) {
        HotQueries.of(session).changed(tags);
    }
}
