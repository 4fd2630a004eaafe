package org.holdfast.cache;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.holdfast.cache.guard.RegionEpoch;
import org.holdfast.cache.guard.Trust;
import org.holdfast.cache.redis.RedisLink;
import org.holdfast.cache.redis.RedisSettings;
import org.jspecify.annotations.Nullable;

/**
 * Asks every 200 ms whether Redis may be believed: it answers in time, the epochs are known, a message sent to the topic came
 * back, and nothing is pending. Runs on a thread of its own, so that no request ever waits for a connection.
 */
final class Heartbeat implements AutoCloseable {
    static final long INTERVAL_MILLIS = 200;
    /** While Redis is not believed, a probe may also have to connect. */
    private static final long PATIENT_MILLIS = 1000;

    private static final long STOP_MILLIS_MAX = 5000;

    private record Beat(long number, CompletableFuture<Void> returned) {}

    private final CacheUnit unit;
    private final CacheConfig config;
    private final RowStore store;
    private final Trust trust;
    private final List<Region> regions;
    private final UUID instance = UUID.randomUUID();
    private final ScheduledExecutorService thread;
    private final AtomicReference<@Nullable Beat> awaited = new AtomicReference<>();

    private long beats;
    private @Nullable RedisLink link;
    private boolean isSubscribed;
    private boolean isUsedBefore;
    private boolean isTold;

    Heartbeat(CacheUnit unit, CacheConfig config, RowStore store, Trust trust, List<Region> regions) {
        this.unit = unit;
        this.config = config;
        this.store = store;
        this.trust = trust;
        this.regions = List.copyOf(regions);
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread created = new Thread(work, "holdfast-cache-" + unit.name());
            created.setDaemon(true);
            return created;
        });
    }

    void start() {
        Future<?> unused = thread.scheduleWithFixedDelay(this::beat, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Beats as soon as possible. */
    void soon() {
        if (!thread.isShutdown()) {
            thread.execute(this::beat);
        }
    }

    // Whatever goes wrong is a Redis that is not believed; the thread goes on.
    @SuppressWarnings("CatchingUnchecked")
    private void beat() {
        try {
            regions.forEach(Region::expireFloors);
            probe(open());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (Exception failure) {
            if (!isUsedBefore && !isTold) {
                isTold = true;
                CacheUnit.LOG.log(
                        System.Logger.Level.WARNING, "{0}: the cache is not used yet: {1}", unit.name(), failure);
            }
            unit.failed(failure);
        }
    }

    private RedisLink open() {
        RedisLink open = link;
        if (open == null) {
            open = RedisLink.open(
                    RedisSettings.read(unit.redisson()),
                    config.prefix() + ":" + unit.name() + ":topic",
                    unit::connectionLost);
            link = open;
            store.linkIs(open);
        }
        if (!isSubscribed) {
            open.subscribe(unit::received, unit::connectionLost);
            isSubscribed = true;
        }
        return open;
    }

    private void probe(RedisLink open) throws InterruptedException, ExecutionException, TimeoutException {
        long withdrawals = trust.withdrawals();
        boolean isRegained = !trust.isGranted();
        long deadline = isRegained ? PATIENT_MILLIS : config.deadlineMillis();
        Beat beat = new Beat(++beats, new CompletableFuture<>());
        awaited.set(beat);
        List<Optional<RegionEpoch>> known = regions.stream().map(Region::epoch).toList();
        long sent = unit.nanos();
        String epochsKey = store.epochsKey();
        List<String> answer = open.probe(
                        epochsKey,
                        UUID.randomUUID() + ".",
                        config.windowMillis(),
                        Messages.beat(instance, beat.number),
                        Messages.look(),
                        regions.stream().map(Region::name).toList())
                .get(deadline, TimeUnit.MILLISECONDS);
        store.answered(Long.parseLong(answer.get(0)), unit.nanos(), answer.get(1));
        beat.returned.get(deadline, TimeUnit.MILLISECONDS);
        // Whoever asked for another epoch meanwhile has scheduled another beat.
        if (!epochsKey.equals(store.epochsKey())) {
            return;
        }
        epochsAre(answer, known);
        store.flush(open).get(deadline, TimeUnit.MILLISECONDS);
        unit.queries().flush(open).get(deadline, TimeUnit.MILLISECONDS);
        if (isRegained) {
            // Messages may have been missed.
            regions.forEach(Region::dropNear);
        }
        if (trust.grant(sent, withdrawals) && isRegained) {
            isUsedBefore = true;
            unit.regained();
        }
    }

    private void epochsAre(List<String> answer, List<Optional<RegionEpoch>> known) {
        for (int each = 0; each < regions.size(); each++) {
            String text = answer.get(each + 2);
            RegionEpoch epoch = RegionEpoch.parse(text)
                    .orElseThrow(() -> new CancellationException("Redis has no epoch but '" + text + "'"));
            Region region = regions.get(each);
            // Keys were lost: what is known of the servers does not count any more.
            if (region.epoch().map(its -> !its.id().equals(epoch.id())).orElse(false)) {
                store.watch().restart();
            }
            region.epochIs(epoch, known.get(each).orElse(null));
        }
    }

    /** A message that may be this instance's own beat. */
    void returned(byte[] message) {
        Beat beat = awaited.get();
        if (beat != null && Messages.beatOf(instance, message) == beat.number) {
            beat.returned.complete(null);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        RedisLink open = link;
        if (open != null) {
            open.close();
        }
    }
}
