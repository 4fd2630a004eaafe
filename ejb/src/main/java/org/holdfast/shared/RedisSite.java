package org.holdfast.shared;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
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
import java.util.stream.IntStream;
import org.holdfast.cache.guard.Trust;
import org.holdfast.cache.redis.RedisSettings;
import org.redisson.Redisson;
import org.redisson.api.RFuture;
import org.redisson.api.RScript;
import org.redisson.api.RedissonClient;
import org.redisson.client.RedisException;
import org.redisson.client.codec.StringCodec;
import org.redisson.client.protocol.ScoredEntry;
import org.redisson.config.Config;
import org.redisson.connection.ConnectionListener;

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

    private static final String LEASE_KEY = "hs:copier";

    private final Site site;
    private final RedissonClient client;
    private final RScript scripts;
    private final String logMax;
    private final Trust trust = new Trust(FAILURES_MAX, TimeUnit.MILLISECONDS.toNanos(TRUST_MILLIS));

    private RedisSite(Site site, Config config, boolean hasOther) {
        this.site = site;
        this.logMax = Integer.toString(hasOther ? LOG_MAX : 0);
        config.setConnectionListener(new ConnectionListener() {
            @Override
            @SuppressWarnings("deprecation") // The interface still asks for both.
            public void onConnect(InetSocketAddress address) {
                // Nothing is believed because of it: a probe decides.
            }

            @Override
            @SuppressWarnings("deprecation")
            public void onDisconnect(InetSocketAddress address) {
                withdrawn(trust.withdraw(), "a connection was lost");
            }
        });
        this.client = Redisson.create(config);
        this.scripts = client.getScript(StringCodec.INSTANCE);
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
            long isHolder = this.<Long>run(
                            StateScripts.LEASE,
                            RScript.ReturnType.INTEGER,
                            List.of(LEASE_KEY),
                            instance,
                            Long.toString(LEASE.toMillis()))
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

    /** Merges fields into a hash; the answer is 1 when that changed it. */
    CompletableFuture<Long> merge(StateKey key, Duration life, Map<String, String> fields) {
        List<String> arguments = new ArrayList<>(List.of(logMax, Long.toString(life.toMillis())));
        fields.forEach((field, text) -> arguments.addAll(List.of(field, text)));
        return change(StateScripts.MERGE, key, arguments);
    }

    /** Merges members with whole scores into a sorted set of at most so many; the answer is how many that changed. */
    CompletableFuture<Long> mergeSorted(StateKey key, Duration life, int most, Map<String, Long> members) {
        List<String> arguments =
                new ArrayList<>(List.of(logMax, Long.toString(life.toMillis()), Integer.toString(most)));
        members.forEach((member, score) -> arguments.addAll(List.of(Long.toString(score), member)));
        return change(StateScripts.MERGE_SORTED, key, arguments);
    }

    /** Takes one of so many within ten slots; the answer is 0, or how long to wait in ms. */
    CompletableFuture<Long> take(StateKey key, Duration slot, int slots, int most) {
        return change(StateScripts.TAKE, key, slots(slot, slots, most));
    }

    /** Gives back what was taken last. */
    CompletableFuture<Long> giveBack(StateKey key, Duration slot, int slots, int most) {
        return change(StateScripts.GIVE_BACK, key, slots(slot, slots, most));
    }

    private List<String> slots(Duration slot, int slots, int most) {
        return List.of(
                logMax, site.name(), Long.toString(slot.toMillis()), Integer.toString(slots), Integer.toString(most));
    }

    private CompletableFuture<Long> change(String script, StateKey key, List<String> arguments) {
        return run(
                script,
                RScript.ReturnType.INTEGER,
                List.of(key.text(), StateKey.log(key.shard())),
                arguments.toArray());
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

    // --- for the copier; nobody else waits

    /** Up to where each shard's changes of a site are here; "0" where nothing is. */
    List<CompletableFuture<String>> cursors(Site from) {
        return IntStream.range(0, StateKey.SHARDS)
                .mapToObj(shard -> client.<String>getBucket(StateKey.cursor(shard, from), StringCodec.INSTANCE)
                        .getAsync()
                        .thenApply(cursor -> cursor == null ? "0" : cursor)
                        .toCompletableFuture())
                .toList();
    }

    CompletableFuture<?> moveCursor(int shard, Site from, String cursor) {
        return client.<String>getBucket(StateKey.cursor(shard, from), StringCodec.INSTANCE)
                .setAsync(cursor, Duration.ofDays(2))
                .toCompletableFuture();
    }

    /** A shard's keys that were changed behind the cursor, each followed by its place. */
    CompletableFuture<List<String>> changes(int shard, String cursor, int most) {
        return run(
                StateScripts.CHANGES,
                RScript.ReturnType.MULTI,
                List.of(StateKey.log(shard)),
                cursor,
                Integer.toString(most));
    }

    /** A value: life in ms, type, content; empty when it is gone. */
    CompletableFuture<List<String>> read(String key) {
        return run(StateScripts.READ, RScript.ReturnType.MULTI, List.of(key));
    }

    /** Merges what another site's {@link #read} answered. */
    CompletableFuture<Long> merge(int shard, String key, List<String> value, int sortedMost) {
        boolean isSorted = value.get(1).equals("zset");
        List<String> arguments = new ArrayList<>(List.of(logMax, value.get(0)));
        if (isSorted) {
            arguments.add(Integer.toString(sortedMost));
            for (int each = 2; each < value.size(); each += 2) {
                arguments.addAll(List.of(value.get(each + 1), value.get(each)));
            }
        } else {
            arguments.addAll(value.subList(2, value.size()));
        }
        return run(
                isSorted ? StateScripts.MERGE_SORTED : StateScripts.MERGE,
                RScript.ReturnType.INTEGER,
                List.of(key, StateKey.log(shard)),
                arguments.toArray());
    }

    private <T> CompletableFuture<T> run(
            String script, RScript.ReturnType type, List<Object> keys, Object... arguments) {
        RFuture<T> answer = scripts.evalAsync(RScript.Mode.READ_WRITE, script, type, keys, arguments);
        return answer.toCompletableFuture();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
