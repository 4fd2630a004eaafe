package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.holdfast.cache.CacheSnapshot;
import org.holdfast.cache.CacheSnapshot.OutboxCounts;
import org.holdfast.cache.CacheSnapshot.QueryCounts;
import org.holdfast.cache.CacheSnapshot.RegionCounts;
import org.holdfast.cache.EntityCache;
import org.holdfast.cache.HotQuery;
import org.jspecify.annotations.Nullable;

/** The second-level cache for operators. While it is off there is nothing to see, and nothing to empty. Thread-safe. */
@ApplicationScoped
public class EntityCaches {
    @PersistenceUnit(unitName = "holdfast")
    EntityManagerFactory factory;

    @Inject
    MetricRegistry registry;

    private final Set<String> queries = ConcurrentHashMap.newKeySet();
    private volatile @Nullable EntityCache found;

    // Each session asks.
    private Optional<EntityCache> cache() {
        EntityCache known = found;
        if (known == null) {
            known = EntityCache.of(factory).orElse(null);
            found = known;
        }
        return Optional.ofNullable(known);
    }

    /** This instance's counts; empty while the cache is off. */
    public Optional<CacheSnapshot> snapshot() {
        return cache().map(EntityCache::snapshot);
    }

    /** The names of the regions, one an entity. */
    public List<String> regions() {
        return snapshot().map(CacheSnapshot::regions).orElse(List.of()).stream()
                .map(RegionCounts::region)
                .sorted()
                .toList();
    }

    /** Empties all regions, for all instances. */
    public void empty() {
        cache().ifPresent(EntityCache::evictAll);
    }

    /**
     * Empties a region, for all instances.
     *
     * @return false when there is no such region
     */
    public boolean empty(String region) {
        return cache().map(its -> its.evict(region)).orElse(false);
    }

    /** The current session changes rows of this entity by other means than the EntityManager: see {@link EntityCache}. */
    public void changedOutside(EntityManager session, Class<?> entity) {
        cache().ifPresent(its -> its.changedOutside(session, entity));
    }

    boolean hasOutbox() {
        return snapshot().flatMap(CacheSnapshot::outbox).isPresent();
    }

    /**
     * Hears what Redis was not told.
     *
     * @param writer to the head that held the lease of this epoch a moment ago
     */
    void pollOutbox(Connection writer, long epoch) throws SQLException {
        Optional<EntityCache> its = cache();
        if (its.isPresent()) {
            its.get().pollOutbox(writer, Long.toString(epoch));
        }
    }

    /** The calling thread's session has ended. */
    void leave() {
        cache().ifPresent(EntityCache::leave);
    }

    /** Call once, at the start: gauges are asked when somebody scrapes. */
    void registerGauges() {
        cache().ifPresent(its -> {
            registry.gauge("holdfast_cache_used", its, cache -> cache.snapshot().isTrusted() ? 1 : 0);
            registry.gauge(
                    "holdfast_cache_withdrawals", its, cache -> cache.snapshot().withdrawals());
            registry.gauge(
                    "holdfast_cache_pending", its, cache -> cache.snapshot().pendingInvalidations());
            its.snapshot().outbox().ifPresent(unused -> {
                gauge("outbox_written", its, OutboxCounts::written);
                gauge("outbox_applied", its, OutboxCounts::applied);
                gauge("outbox_pending", its, OutboxCounts::pending);
                gauge("outbox_polls", its, OutboxCounts::polls);
                gauge("outbox_gaps", its, OutboxCounts::gaps);
                gauge("outbox_age_millis", its, OutboxCounts::ageMillis);
            });
            for (RegionCounts region : its.snapshot().regions()) {
                if (region.refusal().isEmpty()) {
                    register(its, region.region());
                }
            }
        });
    }

    private void gauge(String name, EntityCache cache, ToLongFunction<OutboxCounts> value) {
        registry.gauge(
                "holdfast_cache_" + name,
                cache,
                its -> its.snapshot().outbox().map(value::applyAsLong).orElse(-1L));
    }

    private void register(EntityCache cache, String region) {
        count("near_hits", cache, region, RegionCounts::nearHits);
        count("near_misses", cache, region, RegionCounts::nearMisses);
        count("redis_hits", cache, region, RegionCounts::redisHits);
        count("redis_misses", cache, region, RegionCounts::redisMisses);
        count("fills", cache, region, RegionCounts::fills);
        count("refused_fills", cache, region, RegionCounts::refusedPuts);
        count("tombstones", cache, region, RegionCounts::tombstones);
        count("invalidations_received", cache, region, RegionCounts::received);
        count("drops", cache, region, RegionCounts::drops);
    }

    /** Call whenever a hot query is used: its gauges are there from the first use on. */
    public void used(HotQuery<?> query) {
        if (queries.add(query.name())) {
            cache().ifPresent(its -> {
                count("near_hits", its, query, QueryCounts::nearHits);
                count("redis_hits", its, query, QueryCounts::redisHits);
                count("misses", its, query, QueryCounts::misses);
                count("fills", its, query, QueryCounts::fills);
                count("refused_fills", its, query, QueryCounts::refusedFills);
            });
        }
    }

    private void count(String name, EntityCache cache, HotQuery<?> query, ToLongFunction<QueryCounts> value) {
        registry.gauge(
                "holdfast_cache_query_" + name,
                cache,
                its -> its.snapshot().queries().stream()
                        .filter(each -> each.query().equals(query.name()))
                        .mapToLong(value)
                        .sum(),
                new Tag("query", query.name()));
    }

    private void count(String name, EntityCache cache, String region, ToLongFunction<RegionCounts> value) {
        registry.gauge(
                "holdfast_cache_" + name,
                cache,
                its -> its.snapshot().regions().stream()
                        .filter(each -> each.region().equals(region))
                        .mapToLong(value)
                        .sum(),
                new Tag("region", region));
    }
}
