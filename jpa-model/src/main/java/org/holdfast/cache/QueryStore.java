package org.holdfast.cache;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.holdfast.cache.guard.Pending;
import org.holdfast.cache.guard.RegionEpoch;
import org.holdfast.cache.redis.RedisLink;
import org.holdfast.cache.redis.ResultLink;
import org.jspecify.annotations.Nullable;

/**
 * Results of queries and their tags in Redis. A result holds the ids of everything it depends on, as they were before its query
 * began: the epochs of the regions and the tags. It is used while all of them are still the same. Ids are unique, so that
 * what Redis loses makes results useless, never old ones valid. Thread-safe.
 */
final class QueryStore {
    /** The region of all results; no entity can have its name. */
    static final String REGION = "hot-queries";

    private static final int PENDING_MAX = 100_000;
    private static final int OFFERS_MAX = 256;
    /** How long ended changes are gathered: a query that is read in between is not kept, and changes come in bursts. */
    private static final long ENDS_MILLIS = 10;

    /**
     * One use of a query.
     *
     * @param key of its result, in the key space of this epoch
     * @param stamp of the unit's clock, before anything was asked
     */
    record Question(
            String key,
            String epoch,
            List<String> names,
            List<Region> regions,
            List<TagKey> tags,
            boolean mayLag,
            long stamp) {}

    /**
     * What was current before a query began.
     *
     * @param ids of all that it depends on; empty when a result of now must not be kept
     * @param kept the result that Redis has, when it is of now
     */
    record Found(Optional<String> ids, Optional<byte[]> kept) {}

    private final CacheUnit unit;
    private final CacheConfig config;
    private final RowStore store;
    private final Region region;
    /** The newest of each tag. */
    private final Map<TagKey, TagFreeze> freezes = new ConcurrentHashMap<>();

    private final EndedFreezes ends = new EndedFreezes();
    private final NearResults near;
    private final Pending<Region, TagKey> pending = new Pending<>(PENDING_MAX);
    private final Semaphore offers = new Semaphore(OFFERS_MAX);
    private final Map<String, QueryCounters> counters = new ConcurrentHashMap<>();

    QueryStore(CacheUnit unit, CacheConfig config, RowStore store, Region region) {
        this.unit = unit;
        this.config = config;
        this.store = store;
        this.region = region;
        this.near = new NearResults(unit);
    }

    QueryCounters counters(String query) {
        return counters.computeIfAbsent(query, name -> new QueryCounters());
    }

    List<CacheSnapshot.QueryCounts> counts() {
        return counters.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> CacheSnapshot.QueryCounts.of(each.getKey(), each.getValue()))
                .toList();
    }

    int pendingTags() {
        return pending.size();
    }

    private String space() {
        return config.prefix() + ":" + unit.name() + ":" + REGION + ":";
    }

    // Not of an epoch: results name theirs, so a tag that a Redis with old keys brings back makes none of them valid.
    private String tagName(TagKey tag) {
        return space() + unit.epoch() + ":t:" + tag.text();
    }

    private String resultName(RegionEpoch epoch, String query, String partition, byte[] parameters) {
        return space() + epoch.id() + ":r:" + query + ":" + digest(parameters) + ":" + partition;
    }

    private static String digest(byte[] bytes) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** Where a result would be; empty when results are not used now. */
    Optional<Question> question(String query, String partition, byte[] parameters, List<TagKey> tags, boolean mayLag) {
        Optional<RegionEpoch> epoch = region.epoch();
        // What this process could not tell is not seen in Redis.
        if (epoch.isEmpty() || !unit.isUsed() || !pending.isEmpty()) {
            return Optional.empty();
        }
        List<Region> regions = Stream.concat(Stream.of(region), tags.stream().map(TagKey::region))
                .distinct()
                .toList();
        if (regions.stream().anyMatch(store::isUntold)) {
            return Optional.empty();
        }
        return Optional.of(new Question(
                resultName(epoch.get(), query, partition, parameters),
                epoch.get().id(),
                tags.stream().map(this::tagName).toList(),
                regions,
                tags,
                mayLag,
                unit.stamp()));
    }

    /** The values, or the primary keys of the entities, that this process has kept. */
    Optional<List<?>> near(Question question) {
        return near.get(question.key());
    }

    /** What was found may be used by this process until it hears of a change. */
    void keepNear(Question question, List<?> results, int bytes, Duration life) {
        long lifeNanos = Math.min(life.toNanos(), NearResults.LIFE_NANOS_MAX);
        near.put(
                question.key(),
                new NearResults.Result(
                        results,
                        question.regions(),
                        question.tags(),
                        question.stamp(),
                        unit.nanos() + lifeNanos,
                        bytes));
    }

    /** Some process changes the tag. */
    void changed(TagKey tag) {
        near.changed(tag);
    }

    /** Asks Redis; empty when results are not used now. Waits for the deadline at most. */
    Optional<Found> find(Question question) {
        RedisLink open = store.usable();
        if (open == null) {
            return Optional.empty();
        }
        long asked = unit.nanos();
        List<String> regions = question.regions().stream().map(Region::name).toList();
        ResultLink.Current current =
                store.await(open.results().read(store.epochsKey(), regions, question.names(), question.key()));
        List<@Nullable String> told = current == null ? null : madeWhereMissing(open, question.names(), current.tags());
        if (current == null || told == null) {
            return Optional.empty();
        }
        List<RegionEpoch> all = Stream.concat(current.epochs().stream(), told.stream())
                .flatMap(text -> epochOf(text).stream())
                .toList();
        // Redis is in another key space by now, or has lost it.
        if (all.size() < regions.size() + told.size() || !all.get(0).id().equals(question.epoch())) {
            return Optional.empty();
        }
        if (!all.stream().allMatch(store::isUsable)) {
            return Optional.of(new Found(Optional.empty(), Optional.empty()));
        }
        String ids = ids(all);
        boolean mayKeep = !question.mayLag() || all.stream().allMatch(each -> store.isUsableLagging(each, asked));
        return Optional.of(new Found(
                mayKeep ? Optional.of(ids) : Optional.empty(),
                current.result().filter(bytes -> ResultBytes.isOf(bytes, ids))));
    }

    private @Nullable List<@Nullable String> madeWhereMissing(
            RedisLink open, List<String> names, List<@Nullable String> told) {
        if (told.stream().allMatch(each -> each != null)) {
            return told;
        }
        return store.await(open.results()
                .make(
                        names,
                        UUID.randomUUID() + ".",
                        config.windowMillis(),
                        tagLife().toMillis()));
    }

    // A tag that is gone is another one when it is made again; so it outlives what would refuse a stale result.
    private Duration tagLife() {
        return Duration.ofMillis(2 * config.lifeMillis() + 2 * config.windowMillis());
    }

    /** A region's epoch as it is kept, or a tag: that names its changes in a fourth part. */
    private static Optional<RegionEpoch> epochOf(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        String[] parts = text.split(":", -1);
        return parts.length < 3 ? Optional.empty() : RegionEpoch.parse(parts[0] + ":" + parts[1] + ":" + parts[2]);
    }

    private static String ids(List<RegionEpoch> all) {
        StringBuilder ids = new StringBuilder();
        all.forEach(each -> ids.append(each.id()).append(','));
        return ids.toString();
    }

    /** Offers a result; nobody waits for it. */
    void offer(Question question, byte[] result, HotQuery<?> query) {
        QueryCounters counted = counters(query.name());
        RedisLink open = store.usable();
        if (open == null || !offers.tryAcquire()) {
            counted.refusedFills.increment();
            return;
        }
        Duration tagLife = query.life().compareTo(tagLife()) > 0 ? query.life() : tagLife();
        // Nobody waits: a result that is not kept is found again.
        CompletableFuture<?> unused = open.results()
                .keep(question.key(), result, query.life(), question.names(), tagLife)
                .whenComplete((done, failure) -> {
                    offers.release();
                    (failure == null ? counted.fills : counted.refusedFills).increment();
                });
    }

    /**
     * What depends on the tag is about to be changed: no older result is used from now on, and none is kept until the change
     * has ended or a window has passed. While other changes of this process have frozen the tag, it takes part in their
     * freeze, and Redis is not asked again. Confirmed when the freeze's future is complete without failure; otherwise it is
     * pending.
     */
    TagFreeze begin(TagKey tag) {
        String space = unit.epoch() + " " + store.space();
        long now = unit.nanos();
        TagFreeze newest = freezes.get(tag);
        if (newest != null && store.usable() != null && newest.join(space, now)) {
            near.changed(tag);
            return newest;
        }
        String change = UUID.randomUUID().toString();
        CompletableFuture<?> told = tell(tag, open -> change(open, tag, change, config.windowMillis()));
        TagFreeze begun =
                new TagFreeze(tag, change, space, now, TimeUnit.MILLISECONDS.toNanos(config.windowMillis()), told);
        freezes.put(tag, begun);
        return begun;
    }

    /** Another site's process has changed what depends on the tag. Confirmed as {@link #begin}. */
    CompletableFuture<?> heard(TagKey tag) {
        return tell(tag, open -> change(open, tag, "", 0));
    }

    /** A change that was frozen so has ended, whether committed or not. Redis hears of it soon; until then nothing is kept. */
    void end(Collection<TagFreeze> ended) {
        long now = unit.nanos();
        ended.forEach(freeze -> near.changed(freeze.tag()));
        if (ends.add(ended.stream().filter(freeze -> freeze.leave(now)).toList())) {
            // Sending does not wait, so the thread that counts the time may do it, and no burst costs a new one.
            CompletableFuture.delayedExecutor(ENDS_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(this::tellEnds);
        }
    }

    // Nobody would hear of a failure here, and the other tags are to be told all the same.
    private void tellEnds() {
        ends.take().forEach((tag, ended) -> {
            // Others may have joined meanwhile; then the last of them ends it.
            List<String> changes = ended.stream()
                    .filter(freeze -> freeze.end(unit.nanos()))
                    .map(TagFreeze::change)
                    .toList();
            ended.stream().filter(TagFreeze::isEnded).forEach(freeze -> freezes.remove(tag, freeze));
            if (changes.isEmpty()) {
                return;
            }
            try {
                CompletableFuture<?> unused =
                        tell(tag, open -> open.results().end(address(tag), changes, Messages.tag(tag)));
            } catch (RuntimeException failure) {
                pend(tag);
                unit.failed(failure);
            }
        });
    }

    private CompletableFuture<?> tell(TagKey tag, Function<RedisLink, CompletableFuture<?>> telling) {
        near.changed(tag);
        RedisLink open = store.usable();
        if (open == null) {
            pend(tag);
            return CompletableFuture.failedFuture(new CancellationException("Redis is not asked"));
        }
        return telling.apply(open).whenComplete((done, failure) -> {
            // Who asked Redis just before it heard of the change must not keep the answer: the message is on its way.
            near.changed(tag);
            if (failure != null) {
                pend(tag);
            }
        });
    }

    /** Redis has not confirmed this tag's change: it is told again by the heartbeat. */
    void pend(TagKey tag) {
        // Told again by what is added later: a batch that is on its way confirms no more than it holds.
        pending.add(region, tag, unit.tick());
    }

    private CompletableFuture<?> change(RedisLink open, TagKey tag, String change, long freezeMillis) {
        return open.results().change(address(tag), change, freezeMillis, Messages.tag(tag));
    }

    private ResultLink.TagAddress address(TagKey tag) {
        return new ResultLink.TagAddress(
                tagName(tag), config.windowMillis(), tagLife().toMillis());
    }

    /** Tells Redis what is pending; the future fails when it could not be told. */
    CompletableFuture<?> flush(RedisLink open) {
        Pending.Batch<Region, TagKey> batch = pending.batch();
        if (batch.isEmpty()) {
            return CompletableFuture.completedFuture(batch);
        }
        CompletableFuture<?> all = batch.regions().isEmpty()
                ? CompletableFuture.allOf(batch.keys().keySet().stream()
                        .map(tag -> change(open, tag, "", 0))
                        .toArray(CompletableFuture<?>[]::new))
                : store.sendDrop(open, region, "", 0);
        return all.thenRun(() -> pending.confirm(batch));
    }
}
