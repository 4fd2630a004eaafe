package org.holdfast.web.cache;

import java.util.List;
import java.util.Optional;
import org.holdfast.cache.CacheSnapshot;
import org.jspecify.annotations.Nullable;

/**
 * The second-level cache of the instance that answers, since its start.
 *
 * @param state {@code off}, {@code used}, or {@code passed-over} while Redis is not believed or the outbox was not read
 * @param withdrawals how often Redis was found not to be believed
 * @param pendingInvalidations what Redis has yet to be told
 * @param outbox what was told through the database; missing while the cache is off
 * @param regions one an entity, by name
 * @param queries one a hot query that was used, by name
 */
public record CacheReport(
        String state,
        long withdrawals,
        int pendingInvalidations,
        @Nullable OutboxReport outbox,
        List<RegionReport> regions,
        List<CacheSnapshot.QueryCounts> queries) {
    /**
     * The outbox.
     *
     * @param written rows that this instance wrote, be they committed or not
     * @param applied rows of others that it applied
     * @param pending evictions that the next poll writes
     * @param polls those that succeeded
     * @param gaps polls that came too late to know all, so that everything was emptied
     * @param ageMillis how long ago the last poll began that succeeded; -1 before the first
     */
    public record OutboxReport(long written, long applied, int pending, long polls, long gaps, long ageMillis) {
        static OutboxReport of(CacheSnapshot.OutboxCounts counts) {
            return new OutboxReport(
                    counts.written(),
                    counts.applied(),
                    counts.pending(),
                    counts.polls(),
                    counts.gaps(),
                    counts.ageMillis());
        }
    }

    /**
     * One entity.
     *
     * @param refusal why it is not cached, if so
     */
    public record RegionReport(
            String region,
            boolean cached,
            @Nullable String refusal,
            long nearHits,
            long nearMisses,
            long redisHits,
            long redisMisses,
            long fills,
            long refusedFills,
            long tombstones,
            long invalidationsReceived,
            long drops) {
        static RegionReport of(CacheSnapshot.RegionCounts counts) {
            return new RegionReport(
                    counts.region(),
                    counts.refusal().isEmpty(),
                    counts.refusal().orElse(null),
                    counts.nearHits(),
                    counts.nearMisses(),
                    counts.redisHits(),
                    counts.redisMisses(),
                    counts.fills(),
                    counts.refusedPuts(),
                    counts.tombstones(),
                    counts.received(),
                    counts.drops());
        }
    }

    static CacheReport of(Optional<CacheSnapshot> snapshot) {
        return snapshot.map(its -> new CacheReport(
                        its.isTrusted() ? "used" : "passed-over",
                        its.withdrawals(),
                        its.pendingInvalidations(),
                        its.outbox().map(OutboxReport::of).orElse(null),
                        its.regions().stream().map(RegionReport::of).toList(),
                        its.queries()))
                .orElseGet(() -> new CacheReport("off", 0, 0, null, List.of(), List.of()));
    }
}
