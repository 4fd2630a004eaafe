package org.holdfast.cache;

import jakarta.persistence.EntityManager;
import jakarta.persistence.FlushModeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.eclipse.persistence.descriptors.CMPPolicy;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.identitymaps.CacheId;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.eclipse.persistence.sessions.UnitOfWork;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;
import org.jspecify.annotations.Nullable;

/**
 * Results of queries, kept in Redis under tags that every change of what they depend on changes before it commits. Where
 * results are not used, the query runs: while the cache is off or Redis does not answer, in a transaction that has written,
 * where {@link CacheContext#hasWritten} says so, without partition. Nothing fails because of Redis. Thread-safe, as far as
 * the EntityManager is.
 */
public final class HotQueries {
    private static final int BYTES_MAX = 256 * 1024;

    private final @Nullable CacheUnit unit;
    private final EntityManager entities;

    private HotQueries(@Nullable CacheUnit unit, EntityManager entities) {
        this.unit = unit;
        this.entities = entities;
    }

    /** Those of an EntityManager; without a cache they run every query. */
    public static HotQueries of(EntityManager entities) {
        return new HotQueries(CacheUnit.of(entities.unwrap(ServerSession.class)).orElse(null), entities);
    }

    /**
     * The results that are kept, or what the loader finds.
     *
     * @param parameters all that the results differ by, besides the partition; of the types that rows may have, or null
     * @param tags all that they depend on
     * @param loader runs the query, in the EntityManager's transaction
     * @return in the loader's order; the list must not be changed
     */
    public <T> List<T> list(
            HotQuery<T> query,
            List<? extends @Nullable Object> parameters,
            List<QueryTag> tags,
            Supplier<List<T>> loader) {
        Search<T> search = search(query, parameters, tags);
        return search.found().orElseGet(() -> search.keep(loader.get()));
    }

    /** The results that are kept, as {@link #list}; empty where the query has to run. Not counted as a miss. */
    public <T> Optional<List<T>> kept(
            HotQuery<T> query, List<? extends @Nullable Object> parameters, List<QueryTag> tags) {
        return search(query, parameters, tags).found();
    }

    /**
     * The current transaction has changed what these tags stand for by other means than the EntityManager, or has changed
     * a part of an entity's rows by any means, or is about to. From its commit on no older result is used.
     */
    public void changed(QueryTag... tags) {
        CacheUnit cache = unit;
        if (cache == null) {
            return;
        }
        Changes changes = Changes.of(cache, EntityCache.writing(entities));
        for (QueryTag tag : tags) {
            changes.tag(regionOf(cache, tag), tag.part());
        }
    }

    private static Region regionOf(CacheUnit cache, QueryTag tag) {
        ClassDescriptor descriptor = cache.session().getDescriptor(tag.entity());
        return Optional.ofNullable(descriptor)
                .flatMap(Region::of)
                .orElseThrow(() -> new IllegalArgumentException(tag.entity() + " is not an entity"));
    }

    private <T> Search<T> search(HotQuery<T> query, List<? extends @Nullable Object> parameters, List<QueryTag> tags) {
        CacheUnit cache = unit;
        if (tags.isEmpty()) {
            throw new IllegalArgumentException(query.name() + " depends on nothing");
        }
        if (cache == null) {
            return new Search<>(query, null, null, Optional.empty());
        }
        flushAsAQueryWould();
        ReadScope scope = cache.enter();
        try {
            Optional<QueryStore.Found> found = scope.partition
                    .filter(partition -> !scope.hasWritten && !hasWritten())
                    .flatMap(partition -> cache.queries()
                            .find(
                                    query.name(),
                                    partition,
                                    ResultBytes.ofParameters(parameters),
                                    keys(cache, tags, partition),
                                    scope.mayLag));
            return new Search<>(
                    query,
                    cache,
                    found.orElse(null),
                    found.flatMap(QueryStore.Found::kept).flatMap(kept -> results(cache, query, kept, scope)));
        } finally {
            cache.leave();
        }
    }

    private static List<TagKey> keys(CacheUnit cache, List<QueryTag> tags, String partition) {
        return tags.stream()
                .map(tag -> {
                    Region region = regionOf(cache, tag);
                    return new TagKey(region, region.partition().orElse(partition), tag.part());
                })
                .toList();
    }

    // What the transaction has not flushed yet would be seen by the query.
    private void flushAsAQueryWould() {
        if (entities.isJoinedToTransaction() && entities.getFlushMode() == FlushModeType.AUTO) {
            entities.flush();
        }
    }

    private boolean hasWritten() {
        UnitOfWorkImpl work = (UnitOfWorkImpl) entities.unwrap(UnitOfWork.class);
        return work.wasTransactionBegunPrematurely() || Changes.existing(work).isPresent();
    }

    // Whatever goes wrong with what is kept, the database has the result.
    @SuppressWarnings("CatchingUnchecked")
    private <T> Optional<List<T>> results(CacheUnit cache, HotQuery<T> query, byte[] kept, ReadScope scope) {
        try {
            return query.entity().isPresent()
                    ? entities(cache, query.entity().get(), ResultBytes.read(kept, HotQueries::primaryKey), scope)
                    : Optional.of(
                            List.copyOf(ResultBytes.read(kept, query.coding().orElseThrow()::read)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException unreadable) {
            CacheUnit.LOG.log(
                    System.Logger.Level.WARNING, "a result of " + query.name() + " could not be read", unreadable);
            return Optional.empty();
        }
    }

    private static Object primaryKey(ValueReader in) {
        return RowKey.primaryKey(in.blob());
    }

    // When a row is neither near nor in Redis, one query for all is less than one for each.
    private <E> Optional<List<E>> entities(CacheUnit cache, Class<E> type, List<Object> keys, ReadScope scope) {
        ClassDescriptor descriptor = cache.session().getDescriptor(type);
        ReadThrough reading = Region.of(descriptor).flatMap(Region::reading).orElse(null);
        UnitOfWorkImpl work = (UnitOfWorkImpl) entities.unwrap(UnitOfWork.class);
        if (reading == null || !reading.isAllNear(keys, descriptor, work, scope)) {
            return Optional.empty();
        }
        List<E> found = new ArrayList<>(keys.size());
        for (Object key : keys) {
            @Nullable E entity = entities.find(type, id(cache, descriptor, key));
            if (entity == null) {
                return Optional.empty();
            }
            found.add(entity);
        }
        return Optional.of(List.copyOf(found));
    }

    private static Object id(CacheUnit cache, ClassDescriptor descriptor, Object key) {
        CMPPolicy policy = descriptor.getCMPPolicy();
        return policy != null && key instanceof CacheId
                ? policy.createPrimaryKeyInstanceFromId(key, cache.session())
                : key;
    }

    /**
     * One use of a query.
     *
     * @param before what was current before it; null where results are not used
     */
    private record Search<T>(
            HotQuery<T> query,
            @Nullable CacheUnit cache,
            QueryStore.@Nullable Found before,
            Optional<List<T>> results) {
        Optional<List<T>> found() {
            if (cache != null && results.isPresent()) {
                cache.queries().counters(query.name()).hits.increment();
            }
            return results;
        }

        List<T> keep(List<T> loaded) {
            List<T> all = List.copyOf(loaded);
            if (cache != null && before != null) {
                cache.queries().counters(query.name()).misses.increment();
                offer(cache, before, all);
            }
            return all;
        }

        // A result that cannot be kept must not make the query fail that found it.
        @SuppressWarnings("CatchingUnchecked")
        private void offer(CacheUnit offered, QueryStore.Found current, List<T> all) {
            Optional<byte[]> bytes = Optional.empty();
            try {
                bytes = all.size() > query.resultsMax()
                        ? Optional.empty()
                        : current.ids().map(ids -> ResultBytes.of(ids, all, coding(offered)));
            } catch (RuntimeException uncodable) {
                CacheUnit.LOG.log(
                        System.Logger.Level.WARNING, "a result of " + query.name() + " could not be kept", uncodable);
            }
            bytes.filter(its -> its.length <= BYTES_MAX)
                    .ifPresentOrElse(
                            its -> offered.queries().offer(current, its, query),
                            () -> offered.queries()
                                    .counters(query.name())
                                    .refusedFills
                                    .increment());
        }

        private BiConsumer<T, ValueWriter> coding(CacheUnit offered) {
            if (query.coding().isPresent()) {
                return query.coding().get()::write;
            }
            ClassDescriptor descriptor =
                    offered.session().getDescriptor(query.entity().orElseThrow());
            Region region = Region.of(descriptor).orElseThrow();
            return (entity, out) -> out.blob(new RowKey(
                            region,
                            "",
                            descriptor.getObjectBuilder().extractPrimaryKeyFromObject(entity, offered.session()))
                    .bytes());
        }
    }
}
