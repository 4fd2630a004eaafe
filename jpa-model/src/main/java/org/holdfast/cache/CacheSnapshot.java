package org.holdfast.cache;

import java.util.List;
import java.util.Optional;

/**
 * The cache of one persistence unit in this process, at one moment. Counts begin with the process.
 *
 * @param unit the persistence unit's session name
 * @param isTrusted whether the cache is used; false while Redis does not answer, or the outbox was not read
 * @param withdrawals how often Redis was found not to be believed, since the start
 * @param pendingInvalidations what Redis has not confirmed yet
 * @param outbox what was told through the database; empty when the application has no outbox
 * @param regions one an entity, by name
 * @param queries one a hot query that was used, by name
 */
public record CacheSnapshot(
        String unit,
        boolean isTrusted,
        long withdrawals,
        int pendingInvalidations,
        Optional<OutboxCounts> outbox,
        List<RegionCounts> regions,
        List<QueryCounts> queries) {
    public CacheSnapshot {
        queries = List.copyOf(queries);
        regions = List.copyOf(regions);
    }

    /**
     * The outbox.
     *
     * @param written rows that this process wrote, be they committed or not
     * @param applied rows of others that it applied
     * @param pending evictions that are written by the next poll
     * @param polls those that succeeded
     * @param gaps polls that came too late to know all, so that everything was emptied
     * @param ageMillis how long ago the last poll began that succeeded; -1 before the first
     */
    public record OutboxCounts(long written, long applied, int pending, long polls, long gaps, long ageMillis) {}

    /**
     * One hot query.
     *
     * @param nearHits results that this process had kept, and used
     * @param redisHits those that Redis had
     * @param misses results that the query had to find, where they might have been kept
     * @param fills results that Redis took
     * @param refusedFills results that were not kept: too large, or found while what they depend on was being changed, or on
     *     a node that may not show a late change yet
     */
    public record QueryCounts(String query, long nearHits, long redisHits, long misses, long fills, long refusedFills) {
        static QueryCounts of(String query, QueryCounters counters) {
            return new QueryCounts(
                    query,
                    counters.nearHits.sum(),
                    counters.redisHits.sum(),
                    counters.misses.sum(),
                    counters.fills.sum(),
                    counters.refusedFills.sum());
        }
    }

    /**
     * One entity with its subclasses.
     *
     * @param region the entity's name
     * @param refusal why it is not cached, if so
     * @param nearHits finds and references answered by the process's own memory
     * @param redisHits those answered by Redis
     * @param fills rows that Redis took
     * @param refusedPuts rows that Redis or this process refused, because newer ones are known or might be
     * @param tombstones rows that this process declared outdated
     * @param received invalidations of other processes, and its own
     * @param drops how often the whole region was emptied by this process
     */
    public record RegionCounts(
            String region,
            Optional<String> refusal,
            long nearHits,
            long nearMisses,
            long redisHits,
            long redisMisses,
            long fills,
            long refusedPuts,
            long tombstones,
            long received,
            long drops) {
        static RegionCounts of(Region region) {
            Counters counters = region.counters();
            return new RegionCounts(
                    region.name(),
                    region.refusal(),
                    counters.nearHits.sum(),
                    counters.nearMisses.sum(),
                    counters.redisHits.sum(),
                    counters.redisMisses.sum(),
                    counters.fills.sum(),
                    counters.refusedPuts.sum(),
                    counters.tombstones.sum(),
                    counters.received.sum(),
                    counters.drops.sum());
        }
    }
}
