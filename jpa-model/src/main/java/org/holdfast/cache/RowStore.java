package org.holdfast.cache;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.holdfast.cache.guard.Mark;
import org.holdfast.cache.guard.Pending;
import org.holdfast.cache.guard.RegionEpoch;
import org.holdfast.cache.guard.ServerWatch;
import org.holdfast.cache.guard.Trust;
import org.holdfast.cache.guard.Versions;
import org.holdfast.cache.redis.PutAnswer;
import org.holdfast.cache.redis.RedisLink;
import org.jspecify.annotations.Nullable;

/**
 * The rows in Redis, as far as Redis is believed. Reading waits for the deadline at most and then counts as a miss; nothing
 * ever fails because of Redis. What Redis has not confirmed is pending, and told again by the heartbeat. Thread-safe.
 */
final class RowStore {
    private static final int PENDING_MAX = 100_000;
    private static final int OFFERS_MAX = 512;
    /** Redis's clock is read over the network; a row is usable this much later than it says. */
    private static final long CLOCK_ERROR_MILLIS = 50;

    /** Redis's clock as it was at a moment of ours. */
    private record ClockReading(long redisMillis, long nanos) {}

    private final CacheUnit unit;
    private final CacheConfig config;
    private final Trust trust;
    private final ServerWatch watch;
    private final Pending<Region, RowKey> pending = new Pending<>(PENDING_MAX);
    private final Semaphore offers = new Semaphore(OFFERS_MAX);

    private volatile @Nullable RedisLink link;
    private volatile @Nullable ClockReading clock;
    private volatile String space = "";

    RowStore(CacheUnit unit, CacheConfig config, Trust trust) {
        this.unit = unit;
        this.config = config;
        this.trust = trust;
        this.watch = new ServerWatch(TimeUnit.MILLISECONDS.toNanos(config.windowMillis()));
    }

    void linkIs(RedisLink opened) {
        link = opened;
    }

    /** A probe was answered: Redis's clock, and what names all that it has kept since it last lost something. */
    void answered(long redisMillis, long receivedNanos, String presentSpace) {
        clock = new ClockReading(redisMillis, receivedNanos);
        space = presentSpace;
    }

    /** Names the keys that Redis has, as of the last probe; another name after they were lost. Empty before the first. */
    String space() {
        return space;
    }

    Pending<Region, RowKey> pending() {
        return pending;
    }

    ServerWatch watch() {
        return watch;
    }

    @Nullable
    RedisLink usable() {
        return trust.holds(unit.nanos()) ? link : null;
    }

    private Optional<Long> redisMillis(long atNanos) {
        ClockReading reading = clock;
        return reading == null
                ? Optional.empty()
                : Optional.of(reading.redisMillis + TimeUnit.NANOSECONDS.toMillis(atNanos - reading.nanos));
    }

    private Optional<String> keyOf(RowKey key) {
        return key.region().epoch().map(epoch -> keyOf(key, epoch));
    }

    private String keyOf(RowKey key, RegionEpoch epoch) {
        return config.prefix() + ":" + unit.name() + ":" + key.region().name() + ":" + epoch.id() + ":"
                + key.partition() + ":" + key.text();
    }

    /** Whether rows of the epoch may be kept already. */
    boolean isUsable(RegionEpoch epoch) {
        return isUsable(epoch, unit.nanos());
    }

    /** Whether rows of the region might be kept at this moment, and Redis was told whatever has emptied it. */
    boolean isUsable(Region region, long atNanos) {
        return usableEpoch(region, atNanos).isPresent();
    }

    private Optional<RegionEpoch> usableEpoch(Region region, long atNanos) {
        return region.epoch().filter(epoch -> isUsable(epoch, atNanos) && !isUntold(region));
    }

    /** Whether Redis has not confirmed yet that the region was emptied: it may have the rows from before. */
    boolean isUntold(Region region) {
        return pending.hasRegion(region);
    }

    private boolean isUsable(RegionEpoch epoch, long atNanos) {
        return redisMillis(atNanos)
                .map(then -> then - CLOCK_ERROR_MILLIS >= epoch.usableFromMillis())
                .orElse(false);
    }

    /** Whether what a node that may lag said at that moment may be kept in the epoch. */
    boolean isUsableLagging(RegionEpoch epoch, long saidNanos) {
        return redisMillis(saidNanos)
                .map(then -> then - CLOCK_ERROR_MILLIS >= epoch.laggingFromMillis())
                .orElse(false);
    }

    /** What is kept under the key, a row or a tombstone; empty when there is nothing, or Redis does not say in time. */
    Optional<byte[]> get(RowKey key) {
        RedisLink open = usable();
        return open == null
                ? Optional.empty()
                : usableEpoch(key.region(), unit.nanos())
                        .flatMap(epoch -> Optional.ofNullable(await(open.get(keyOf(key, epoch)))));
    }

    /** What is kept under the keys of one region, in their order, asked for in one round trip; null where there is nothing. */
    List<byte @Nullable []> getAll(List<RowKey> keys) {
        RedisLink open = usable();
        Optional<RegionEpoch> epoch = usableEpoch(keys.get(0).region(), unit.nanos());
        if (open == null || epoch.isEmpty()) {
            return List.of();
        }
        List<byte @Nullable []> values = await(open.results()
                .values(keys.stream().map(key -> keyOf(key, epoch.get())).toList()));
        return values == null ? List.of() : values;
    }

    /** Offers a row that the scope read; nobody waits for it. */
    void offer(RowKey key, byte[] row, ReadScope scope) {
        RedisLink open = usable();
        // What was read before the region was emptied may be what it was emptied of.
        Optional<RegionEpoch> epoch = usableEpoch(key.region(), scope.startedNanos);
        Optional<Long> started = redisMillis(scope.startedNanos);
        // A row of an earlier history has no place in the present one.
        if (open == null || epoch.isEmpty() || started.isEmpty() || !scope.epoch.equals(unit.epoch())) {
            return;
        }
        // More than Redis can take at once is not offered: the next reader will.
        if (!offers.tryAcquire()) {
            key.region().counters().refusedPuts.increment();
            return;
        }
        long latest = started.get() + config.windowMillis() / CacheUnit.YOUNG_PART;
        String name = keyOf(key, epoch.get());
        CompletableFuture<PutAnswer> answer = scope.mayLag
                ? open.putLagging(
                        name,
                        row,
                        config.lifeMillis(),
                        latest,
                        watch.complete(unit.nanos()),
                        epoch.get().laggingFromMillis())
                : open.put(name, row, config.lifeMillis(), latest);
        // Nobody waits: a row that is not kept is read again.
        CompletableFuture<?> unused = answer.whenComplete((what, failure) -> {
            offers.release();
            offered(key.region(), what);
        });
    }

    private void offered(Region region, @Nullable PutAnswer answer) {
        if (answer != null && answer.isKept()) {
            region.counters().fills.increment();
            return;
        }
        region.counters().refusedPuts.increment();
        if (answer != null && answer.isUnknownServer()) {
            watch.seen(answer.server(), answer.evictions(), unit.nanos());
        }
    }

    /**
     * Declares what is older than the version outdated, everywhere. Confirmed when the future is complete without failure;
     * otherwise it is pending.
     */
    CompletableFuture<?> tombstone(RowKey key, long version) {
        key.region().counters().tombstones.increment();
        RedisLink open = usable();
        Optional<String> name = keyOf(key);
        // Redis has no rows of it, and so no epoch: it could never be told.
        if (name.isEmpty() && !key.region().isCached()) {
            return CompletableFuture.completedFuture(key);
        }
        if (open == null || name.isEmpty()) {
            pending.add(key.region(), key, version);
            return CompletableFuture.failedFuture(new CancellationException("Redis is not asked"));
        }
        return send(open, name.get(), key, version).whenComplete((done, failure) -> {
            if (failure != null) {
                pending.add(key.region(), key, version);
            }
        });
    }

    private CompletableFuture<?> send(RedisLink open, String name, RowKey key, long version) {
        return open.tombstone(name, Versions.bytes(version), config.windowMillis(), Messages.row(key, version));
    }

    /**
     * Empties a region everywhere. Confirmed when the future is complete without failure; otherwise it is pending.
     *
     * @param change names the change that empties it, so that a later call can end its freeze
     * @param freezeMillis how long nothing is kept, because the change has not committed yet
     */
    CompletableFuture<?> drop(Region region, String change, long freezeMillis) {
        region.counters().drops.increment();
        region.freeze(TimeUnit.MILLISECONDS.toNanos(freezeMillis));
        RedisLink open = usable();
        if (open == null) {
            untold(region);
            return CompletableFuture.failedFuture(new CancellationException("Redis is not asked"));
        }
        return sendDrop(open, region, change, freezeMillis).whenComplete((done, failure) -> {
            if (failure != null) {
                untold(region);
            }
        });
    }

    /** Redis has not confirmed that the region is empty: until it does, nothing is read or kept there. */
    void untold(Region region) {
        pending.addRegion(region);
        // Somebody may have found the old rows in Redis before this.
        region.dropNear();
    }

    CompletableFuture<?> sendDrop(RedisLink open, Region region, String change, long freezeMillis) {
        // The epoch that ends a freeze must not have the id of the frozen one.
        String id = freezeMillis > 0 ? change : UUID.randomUUID().toString();
        return open.drop(
                        epochsKey(),
                        region.name(),
                        id,
                        freezeMillis,
                        config.windowMillis(),
                        Messages.region(region, freezeMillis),
                        change)
                .thenAccept(text -> RegionEpoch.parse(text).ifPresent(region::epochIs));
    }

    /**
     * As {@link #tombstone} and {@link #drop}, for what the outbox tells: every instance hears it there, so none is told
     * through the topic.
     */
    CompletableFuture<?> heard(RowKey key, long version) {
        RedisLink open = usable();
        Optional<String> name = keyOf(key);
        if (open == null || name.isEmpty()) {
            return CompletableFuture.failedFuture(new CancellationException("Redis is not asked"));
        }
        return open.tombstone(name.get(), Versions.bytes(version), config.windowMillis(), null);
    }

    /** @param cause names why the region is emptied: it is once, whichever instances hear of it */
    CompletableFuture<?> heard(Region region, String cause) {
        RedisLink open = usable();
        return open == null
                ? CompletableFuture.failedFuture(new CancellationException("Redis is not asked"))
                : open.drop(
                                epochsKey(),
                                region.name(),
                                cause,
                                0,
                                config.windowMillis(),
                                Messages.region(region, 0),
                                cause)
                        .thenAccept(text -> RegionEpoch.parse(text).ifPresent(region::epochIs));
    }

    /** Up to where this Redis was told what the outbox has; empty when it does not say, or is not asked. */
    Optional<Mark> mark() {
        RedisLink open = usable();
        return open == null
                ? Optional.empty()
                : Optional.ofNullable(await(open.mark(epochsKey()))).flatMap(Mark::parse);
    }

    /** This Redis has confirmed all that the outbox had; nobody waits for it. */
    void markIs(Mark mark) {
        RedisLink open = usable();
        if (open != null) {
            CompletableFuture<?> unused = open.mark(epochsKey(), mark.text());
        }
    }

    /** Where the epochs of all regions are. */
    String epochsKey() {
        return config.prefix() + ":" + unit.name() + ":" + unit.epoch() + ":epochs";
    }

    /** Tells Redis what is pending; the future fails when it could not be told. */
    CompletableFuture<?> flush(RedisLink open) {
        Pending.Batch<Region, RowKey> batch = pending.batch();
        if (batch.isEmpty()) {
            return CompletableFuture.completedFuture(batch);
        }
        CompletableFuture<?>[] keys = batch.keys().entrySet().stream()
                .map(each -> keyOf(each.getKey())
                        .<CompletableFuture<?>>map(name -> send(open, name, each.getKey(), each.getValue()))
                        .orElseGet(() -> CompletableFuture.failedFuture(new CancellationException("no epoch"))))
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture<?>[] regions = batch.regions().stream()
                .map(region -> sendDrop(open, region, "", 0))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(CompletableFuture.allOf(keys), CompletableFuture.allOf(regions))
                .thenRun(() -> pending.confirm(batch));
    }

    /** The answer, or null when there is none in time; a failure counts against Redis. */
    <T> @Nullable T await(CompletableFuture<T> answer) {
        try {
            T value = answer.get(config.deadlineMillis(), TimeUnit.MILLISECONDS);
            trust.succeeded();
            return value;
        } catch (TimeoutException | ExecutionException | CancellationException failure) {
            unit.failed(failure);
            return null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Waits until all are done, for the deadline at most. What is not confirmed then is pending. */
    boolean confirm(CompletableFuture<?>[] told) {
        return confirm(told, config.deadlineMillis());
    }

    /** The same where no request waits. */
    boolean confirm(CompletableFuture<?>[] told, long millis) {
        CompletableFuture<?> all = CompletableFuture.allOf(told);
        try {
            all.get(millis, TimeUnit.MILLISECONDS);
            trust.succeeded();
            return true;
        } catch (TimeoutException | ExecutionException | CancellationException failure) {
            unit.failed(failure);
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
