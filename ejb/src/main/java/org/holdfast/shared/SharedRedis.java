package org.holdfast.shared;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.redisson.client.RedisException;

/**
 * This process's way to shared state: the own site's Redis, and a beat that finds out whether it answers, sends what could
 * not be sent, and copies between the sites. One instance of a site copies, in both directions; two that do so at the same
 * time only do it twice. Thread-safe.
 */
final class SharedRedis implements AutoCloseable {
    static final long BEAT_MILLIS = 250;

    private static final Logger LOG = Logger.getLogger(SharedRedis.class.getName());
    private static final long STOP_MILLIS_MAX = 5000;
    private static final int UNSENT_MAX = 20_000;

    private final SharedConfig config;
    private final Map<StateKey, Unsent> unsent = new HashMap<>();
    private final List<BeatWork> beatWork = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread;
    private final ScheduledExecutorService copying;

    private volatile Optional<RedisSite> own = Optional.empty();
    private volatile Optional<RedisSite> other = Optional.empty();
    private volatile boolean isCopier;
    private volatile boolean isInStep;

    private record Unsent(Duration life, Map<String, String> fields) {}

    SharedRedis(SharedConfig config) {
        this.config = config;
        this.thread = thread("holdfast-shared");
        this.copying = thread("holdfast-shared-copier");
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(work -> {
            Thread created = new Thread(work, name);
            created.setDaemon(true);
            return created;
        });
    }

    /** Begins to ask Redis, if there is one; returns at once. */
    void start() {
        config.redis().ifPresent(where -> {
            RedisSite site =
                    RedisSite.open(config.site(), where, config.otherRedis().isPresent());
            own = Optional.of(site);
            every(thread, () -> beat(site));
            config.otherRedis().ifPresent(otherWhere -> {
                RedisSite far = RedisSite.open(config.site().other(), otherWhere, true);
                other = Optional.of(far);
                every(copying, () -> copy(site, far));
            });
        });
    }

    private static void every(ScheduledExecutorService thread, Runnable work) {
        Future<?> unused = thread.scheduleWithFixedDelay(work, 0, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Work that is done with each beat in which Redis answers; to be named before the start. */
    interface BeatWork {
        void on(RedisSite site) throws InterruptedException;
    }

    void eachBeat(BeatWork work) {
        beatWork.add(work);
    }

    /** Whether there is a Redis, answering or not. */
    boolean isConfigured() {
        return config.redis().isPresent();
    }

    /** Whether this instance copies between the sites, and did so last time without a failure. */
    boolean isInStep() {
        return isInStep;
    }

    /** The answer; empty when Redis does not answer within 50 ms. */
    <T> Optional<T> ask(Function<RedisSite, CompletableFuture<T>> question) {
        return own.flatMap(site -> site.ask(question));
    }

    /** Merges fields into a hash, waiting for it as for any question; what could not be sent is sent later. */
    void merge(StateKey key, Duration life, Map<String, String> fields) {
        if (ask(site -> site.commands().merge(key, life, fields)).isEmpty() && isConfigured()) {
            keep(key, life, fields);
        }
    }

    private void keep(StateKey key, Duration life, Map<String, String> fields) {
        synchronized (unsent) {
            Unsent known = unsent.get(key);
            if (known == null && unsent.size() >= UNSENT_MAX) {
                return;
            }
            Map<String, String> all = new HashMap<>(known == null ? Map.of() : known.fields());
            fields.forEach((field, text) -> all.merge(field, text, StateText::greater));
            unsent.put(key, new Unsent(life, Map.copyOf(all)));
        }
    }

    private void beat(RedisSite site) {
        try {
            isCopier = site.probe(config.instance());
            sendUnsent();
            for (BeatWork work : beatWork) {
                if (site.isTrusted()) {
                    work.on(site);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (IllegalArgumentException | IllegalStateException | RedisException failure) {
            // The beat goes on: the next one may find a Redis.
            isCopier = false;
            LOG.log(Level.FINE, "shared state", failure);
        }
    }

    private void sendUnsent() {
        Map<StateKey, Unsent> left;
        synchronized (unsent) {
            left = Map.copyOf(unsent);
        }
        for (Map.Entry<StateKey, Unsent> each : left.entrySet()) {
            Unsent value = each.getValue();
            if (ask(site -> site.commands().merge(each.getKey(), value.life(), value.fields()))
                    .isEmpty()) {
                return;
            }
            synchronized (unsent) {
                unsent.remove(each.getKey(), value);
            }
        }
    }

    private void copy(RedisSite site, RedisSite far) {
        if (!isCopier) {
            isInStep = false;
            return;
        }
        try {
            SiteCopier.copy(site, far);
            SiteCopier.copy(far, site);
            inStep(true, "");
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | CompletionException | RedisException failure) {
            inStep(false, failure.toString());
        }
    }

    private void inStep(boolean isNow, String why) {
        if (isNow && !isInStep) {
            LOG.log(Level.INFO, "the shared state of both sites is in step");
        } else if (!isNow && isInStep) {
            LOG.log(Level.WARNING, "the shared state of the two sites is not in step: {0}", why);
        }
        isInStep = isNow;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        copying.shutdownNow();
        try {
            thread.awaitTermination(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
            copying.awaitTermination(STOP_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        own.ifPresent(RedisSite::close);
        other.ifPresent(RedisSite::close);
    }
}
