package org.holdfast.shared;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.cache.guard.Trust;
import org.holdfast.cache.redis.LostConnections;
import org.holdfast.cache.redis.RedisSettings;
import org.redisson.Redisson;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.ScoredEntry;
import org.redisson.config.Config;

/**
 * The Redis of one site. Opening it does not connect. Whoever waits for it does so through {@link #ask}, 50 ms at most and
 * only while it is known to answer; {@link #probe} finds that out. Thread-safe.
 */
final class RedisSite implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(RedisSite.class.getName());
    private static final long DEADLINE_MILLIS = 50;
    /** While it is not believed, a probe may also have to connect. */
    private static final long PATIENT_MILLIS = 1000;

    private static final int FAILURES_MAX = 3;
    /** A probe that failed must not end what the next one would have renewed. */
    private static final long TRUST_MILLIS = 3 * SharedRedis.BEAT_MILLIS + DEADLINE_MILLIS;

    private static final Duration LEASE = Duration.ofMillis(4 * SharedRedis.BEAT_MILLIS);
    /** Of one shard. The keys that were changed longest ago are not copied then until they change again. */
    private static final int LOG_MAX = 4096;

    /** Of questions that no request waits for. */
    private static final long PIPELINE_MILLIS_MAX = 2000;

    private static final String LEASE_KEY = "hs:copier";

    private final Site site;
    private final RedissonClient client;
    private final StateCommands direct;
    private final String logMax;
    private final Trust trust = new Trust(FAILURES_MAX, TimeUnit.MILLISECONDS.toNanos(TRUST_MILLIS));

    private RedisSite(Site site, Config config, boolean hasOther) {
        this.site = site;
        this.logMax = Integer.toString(hasOther ? LOG_MAX : 0);
        config.setConnectionListener(new LostConnections(() -> withdrawn(trust.withdraw(), "a connection was lost")));
        this.client = Redisson.create(config);
        this.direct = new StateCommands(
                site,
                logMax,
                client.getScript(StringCodec.INSTANCE),
                key -> client.getBucket(key, StringCodec.INSTANCE));
    }

    /**
     * Opens it without connecting.
     *
     * @param where Redisson's configuration: see {@link RedisSettings#read}
     * @param hasOther whether changes are to be noted for the other site
     */
    static RedisSite open(Site site, String where, boolean hasOther) {
        return new RedisSite(site, RedisSettings.read(where), hasOther);
    }

    Site site() {
        return site;
    }

    boolean isTrusted() {
        return trust.holds(System.nanoTime());
    }

    /** The answer; empty when it is not believed, fails, or does not answer in time. */
    <T> Optional<T> ask(Function<RedisSite, CompletableFuture<T>> question) {
        if (!isTrusted()) {
            return Optional.empty();
        }
        try {
            T answer = question.apply(this).get(DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
            trust.succeeded();
            return Optional.of(answer);
        } catch (TimeoutException | ExecutionException | CancellationException | RedisException failure) {
            failed(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    /**
     * Finds out whether it answers, and asks for the lease of who copies.
     *
     * @return whether this instance is to copy
     */
    boolean probe(String instance) throws InterruptedException {
        long withdrawals = trust.withdrawals();
        boolean isRegained = !isTrusted();
        long sent = System.nanoTime();
        try {
            long isHolder = direct.lease(LEASE_KEY, instance, LEASE)
                    .get(isRegained ? PATIENT_MILLIS : DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
            if (trust.grant(sent, withdrawals) && isRegained) {
                LOG.log(Level.INFO, "the Redis of site {0} is used for shared state", site);
            }
            return isHolder == 1;
        } catch (TimeoutException | ExecutionException | CancellationException | RedisException failure) {
            failed(failure);
            return false;
        }
    }

    private void failed(Exception failure) {
        withdrawn(trust.failed(), "it does not answer: " + failure);
    }

    private void withdrawn(boolean wasTrusted, String why) {
        if (wasTrusted) {
            LOG.log(Level.WARNING, "the Redis of site {0} is not used for shared state: {1}", new Object[] {site, why});
        }
    }

    /** What can be asked at once, each over a connection of its own. */
    StateCommands commands() {
        return direct;
    }

    /** Questions that are sent together, over one connection. */
    Pipeline pipeline() {
        RBatch batch = client.createBatch(
                BatchOptions.defaults().retryAttempts(0).responseTimeout(PIPELINE_MILLIS_MAX, TimeUnit.MILLISECONDS));
        return new Pipeline(
                new StateCommands(
                        site,
                        logMax,
                        batch.getScript(StringCodec.INSTANCE),
                        key -> batch.getBucket(key, StringCodec.INSTANCE)),
                batch);
    }

    /** Questions that go out when they are sent; their answers are complete then. */
    record Pipeline(StateCommands commands, RBatch batch) {
        /** Sends them and waits for the answers; those of each question tell whether it failed. */
        void send() throws InterruptedException, ExecutionException, TimeoutException {
            batch.executeAsync().toCompletableFuture().get(PIPELINE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        }
    }

    /** All fields of a hash. */
    CompletableFuture<Map<String, String>> fields(StateKey key) {
        return client.<String, String>getMap(key.text(), StringCodec.INSTANCE)
                .readAllMapAsync()
                .toCompletableFuture();
    }

    /** The members of a sorted set with the greatest scores, the greatest first. */
    CompletableFuture<Map<String, Long>> greatest(StateKey key, int most) {
        return client.<String>getScoredSortedSet(key.text(), StringCodec.INSTANCE)
                .entryRangeReversedAsync(0, most - 1)
                .thenApply(RedisSite::scores)
                .toCompletableFuture();
    }

    private static Map<String, Long> scores(Collection<ScoredEntry<String>> entries) {
        Map<String, Long> scores = new LinkedHashMap<>();
        entries.forEach(entry -> scores.put(entry.getValue(), entry.getScore().longValue()));
        return scores;
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
