package org.holdfast.cache;

import jakarta.persistence.EntityManager;
import jakarta.persistence.FlushModeType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.persistence.descriptors.ClassDescriptor;
import org.eclipse.persistence.internal.sessions.UnitOfWorkImpl;
import org.eclipse.persistence.sessions.UnitOfWork;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.holdfast.cache.row.ValueReader;
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
        if (cache == null || tags.length == 0) {
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
            return Search.past(query);
        }
        flushAsAQueryWould();
        ReadScope scope = cache.enter();
        try {
            return scope.partition
                    .filter(partition -> scope.mayUse && !scope.hasWritten && !hasWritten())
                    .flatMap(partition -> cache.queries()
                            .question(
                                    query.name(),
                                    partition,
                                    ResultBytes.ofParameters(parameters),
                                    keys(cache, tags, partition),
                                    scope.mayLag))
                    .map(question -> search(cache, query, question, scope))
                    .orElseGet(() -> Search.past(query));
        } finally {
            cache.leave();
        }
    }

    private <T> Search<T> search(CacheUnit cache, HotQuery<T> query, QueryStore.Question question, ReadScope scope) {
        QueryStore queries = cache.queries();
        // Whoever has to wait for what was told before looks once more.
        Optional<List<T>> near = queries.near(question).isPresent() && scope.mayUseNear(cache)
                ? queries.near(question).flatMap(its -> results(cache, query, its, scope))
                : Optional.empty();
        if (near.isPresent()) {
            queries.counters(query.name()).nearHits.increment();
            return new Search<>(query, cache, question, null, near);
        }
        Optional<QueryStore.Found> found = queries.find(question);
        Optional<List<T>> results = found.flatMap(QueryStore.Found::kept).flatMap(kept -> {
            Optional<List<?>> decoded = decode(query, kept);
            decoded.ifPresent(its -> queries.keepNear(question, its, kept.length, query.life()));
            return decoded.flatMap(its -> results(cache, query, its, scope));
        });
        if (results.isPresent()) {
            queries.counters(query.name()).redisHits.increment();
        }
        return new Search<>(query, cache, question, found.orElse(null), results);
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
    private static Optional<List<?>> decode(HotQuery<?> query, byte[] kept) {
        try {
            Function<ValueReader, ?> coding = query.coding()
                    .<Function<ValueReader, ?>>map(its -> its::read)
                    .orElse(HotQueries::primaryKey);
            return Optional.of(List.copyOf(ResultBytes.read(kept, coding)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException | ArithmeticException unreadable) {
            CacheUnit.LOG.log(
                    System.Logger.Level.WARNING, "a result of " + query.name() + " could not be read", unreadable);
            return Optional.empty();
        }
    }

    // What is kept under a query's key was written by that query.
    @SuppressWarnings("unchecked")
    private <T> Optional<List<T>> results(CacheUnit cache, HotQuery<T> query, List<?> kept, ReadScope scope) {
        return query.entity().isPresent()
                ? entities(cache, query.entity().get(), kept, scope)
                : Optional.of((List<T>) kept);
    }

    private static Object primaryKey(ValueReader in) {
        return RowKey.primaryKey(in.blob());
    }

    // When a row is neither near nor in Redis, one query for all is less than one for each.
    private <E> Optional<List<E>> entities(CacheUnit cache, Class<E> type, List<?> keys, ReadScope scope) {
        ClassDescriptor descriptor = cache.session().getDescriptor(type);
        UnitOfWorkImpl work = (UnitOfWorkImpl) entities.unwrap(UnitOfWork.class);
        return Region.of(descriptor)
                .flatMap(Region::reading)
                .flatMap(reading -> reading.allWithoutDatabase(keys, descriptor, work, scope))
                .map(all -> all.stream().map(type::cast).toList());
    }

    /**
     * One use of a query.
     *
     * @param before what was current before it; null where results are not used
     */
    private record Search<T>(
            HotQuery<T> query,
            @Nullable CacheUnit cache,
            QueryStore.@Nullable Question question,
            QueryStore.@Nullable Found before,
            Optional<List<T>> found) {
        static <T> Search<T> past(HotQuery<T> query) {
            return new Search<>(query, null, null, null, Optional.empty());
        }

        List<T> keep(List<T> loaded) {
            List<T> all = List.copyOf(loaded);
            if (cache != null && question != null && before != null) {
                QueryCounters counters = cache.queries().counters(query.name());
                counters.misses.increment();
                Optional<String> ids = before.ids().filter(its -> all.size() <= query.resultsMax() && mayKeep(all));
                if (ids.isEmpty() || !offer(cache, question, ids.get(), all)) {
                    counters.refusedFills.increment();
                }
            }
            return all;
        }

        private boolean mayKeep(List<T> all) {
            return query.coding()
                    .map(coding -> all.stream().allMatch(coding::mayKeep))
                    .orElse(true);
        }

        // A result that cannot be kept must not make the query fail that found it.
        @SuppressWarnings("CatchingUnchecked")
        private boolean offer(CacheUnit offered, QueryStore.Question asked, String ids, List<T> all) {
            try {
                byte[] bytes = query.entity().isPresent()
                        ? ofEntities(offered, asked, ids, all)
                        : ofValues(offered, asked, ids, all);
                if (bytes.length > BYTES_MAX) {
                    return false;
                }
                offered.queries().offer(asked, bytes, query);
                return true;
            } catch (RuntimeException uncodable) {
                CacheUnit.LOG.log(
                        System.Logger.Level.WARNING, "a result of " + query.name() + " could not be kept", uncodable);
                return false;
            }
        }

        private byte[] ofValues(CacheUnit offered, QueryStore.Question asked, String ids, List<T> all) {
            byte[] bytes = ResultBytes.of(ids, all, query.coding().orElseThrow()::write);
            return near(offered, asked, all, bytes);
        }

        private byte[] ofEntities(CacheUnit offered, QueryStore.Question asked, String ids, List<T> all) {
            ClassDescriptor descriptor =
                    offered.session().getDescriptor(query.entity().orElseThrow());
            Region region = Region.of(descriptor).orElseThrow();
            List<Object> keys = all.stream()
                    .map(entity -> descriptor.getObjectBuilder().extractPrimaryKeyFromObject(entity, offered.session()))
                    .toList();
            byte[] bytes = ResultBytes.of(ids, keys, (key, out) -> out.blob(new RowKey(region, "", key).bytes()));
            return near(offered, asked, keys, bytes);
        }

        private byte[] near(CacheUnit offered, QueryStore.Question asked, List<?> all, byte[] bytes) {
            if (bytes.length <= BYTES_MAX) {
                offered.queries().keepNear(asked, all, bytes.length, query.life());
            }
            return bytes;
        }
    }
}
