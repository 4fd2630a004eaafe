package org.holdfast.shared;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests of tenants and their callers by the hour, over all instances of both sites, and when each caller was seen last.
 * Each process counts up in a field of its own and tells the whole count again and again, so that nothing is lost with a Redis
 * while the process lives, and nothing counted twice. Thread-safe.
 */
public final class UsageCounters {
    /** Of a tenant; those that were seen last. */
    static final int CALLERS_KEPT = 1000;

    private static final int CALLERS_SHOWN = 20;
    private static final int COUNTS_MAX = 20_000;
    /** Counted together when there are too many. */
    private static final String OTHERS = "(others)";

    private static final Duration LIFE = Duration.ofDays(2);
    private static final long HOUR_SECONDS = Duration.ofHours(1).toSeconds();

    /** @param caller empty for all of the tenant together */
    private record Counted(String tenant, String caller, long hour) {
        StateKey key() {
            return new StateKey("count", hour + " " + tenant + " " + caller);
        }
    }

    private static final class Count {
        final AtomicLong now = new AtomicLong();
        volatile long told;
        volatile long seenMillis;
    }

    private final SharedRedis redis;
    private final SharedConfig config;
    private final InstantSource clock;
    private final String process;
    private final Map<Counted, Count> counts = new ConcurrentHashMap<>();

    UsageCounters(SharedRedis redis, SharedConfig config, InstantSource clock) {
        this.redis = redis;
        this.config = config;
        this.clock = clock;
        // A restarted process counts from 0 again, which must not hide behind what it counted before.
        this.process = config.site() + "." + config.instance() + "." + UUID.randomUUID();
        redis.eachBeat(this::tell);
    }

    /** A caller has made a request. Asks nobody. */
    public void count(String tenant, String caller) {
        long hour = hour();
        add(new Counted(tenant, "", hour));
        Counted one = new Counted(tenant, caller, hour);
        add(counts.containsKey(one) || counts.size() < COUNTS_MAX ? one : new Counted(tenant, OTHERS, hour));
    }

    private void add(Counted counted) {
        Count count = counts.computeIfAbsent(counted, absent -> new Count());
        count.seenMillis = clock.millis();
        count.now.incrementAndGet();
    }

    private long hour() {
        return clock.instant().getEpochSecond() / HOUR_SECONDS;
    }

    private void tell(RedisSite site) throws InterruptedException {
        Map<Count, Long> tolds = new HashMap<>();
        Map<String, Map<String, Long>> seen = new HashMap<>();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        RedisSite.Pipeline pipeline = site.pipeline();
        counts.forEach((counted, count) -> {
            long now = count.now.get();
            if (now != count.told) {
                tolds.put(count, now);
                answers.add(pipeline.commands().merge(counted.key(), LIFE, Map.of(process, StateText.of(now))));
                if (!counted.caller().isEmpty()) {
                    seen.computeIfAbsent(counted.tenant(), absent -> new HashMap<>())
                            .merge(counted.caller(), count.seenMillis, Math::max);
                }
            }
        });
        seen.forEach((tenant, callers) ->
                answers.add(pipeline.commands().mergeSorted(seen(tenant), LIFE, CALLERS_KEPT, callers)));
        if (answers.isEmpty()) {
            return;
        }
        try {
            pipeline.send();
            answers.forEach(CompletableFuture::join);
        } catch (ExecutionException | TimeoutException | CompletionException notTold) {
            return; // The whole counts are told again with the next beat.
        }
        tolds.forEach((count, told) -> count.told = told);
        long hour = hour();
        counts.entrySet()
                .removeIf(each -> each.getKey().hour() < hour
                        && each.getValue().told == each.getValue().now.get());
    }

    private static StateKey seen(String tenant) {
        return new StateKey("seen", tenant);
    }

    /**
     * What a caller did in an hour.
     *
     * @param lastSeen the last of its requests, within two days
     */
    public record CallerUsage(String caller, long requests, Instant lastSeen) {}

    /**
     * What a tenant did in an hour.
     *
     * @param from when the hour began
     * @param isComplete whether the other instances are counted too
     * @param isCopier whether the instance that answers copies between the two sites, and they are in step
     * @param requests of all instances
     * @param bySite the same by the site that was called
     * @param callers those that were seen last
     */
    public record Usage(
            Instant from,
            boolean isComplete,
            boolean isCopier,
            long requests,
            Map<String, Long> bySite,
            List<CallerUsage> callers) {}

    /** What the tenant did in the present hour. */
    public Usage of(String tenant) {
        long hour = hour();
        Optional<Map<String, Long>> bySite = redis.ask(site -> site.fields(new Counted(tenant, "", hour).key()))
                .map(UsageCounters::bySite);
        return new Usage(
                Instant.ofEpochSecond(hour * HOUR_SECONDS),
                bySite.isPresent(),
                redis.isInStep(),
                bySite.map(UsageCounters::sum).orElseGet(() -> here(tenant, "", hour)),
                bySite.orElseGet(() -> Map.of(config.site().name(), here(tenant, "", hour))),
                callers(tenant, hour));
    }

    private List<CallerUsage> callers(String tenant, long hour) {
        List<CallerUsage> callers = new ArrayList<>();
        redis.ask(site -> site.greatest(seen(tenant), CALLERS_SHOWN))
                .ifPresent(seen -> seen.forEach((caller, millis) -> callers.add(
                        new CallerUsage(caller, requests(tenant, caller, hour), Instant.ofEpochMilli(millis)))));
        return callers;
    }

    private long requests(String tenant, String caller, long hour) {
        return redis.ask(site -> site.fields(new Counted(tenant, caller, hour).key()))
                .map(UsageCounters::bySite)
                .map(UsageCounters::sum)
                .orElseGet(() -> here(tenant, caller, hour));
    }

    private long here(String tenant, String caller, long hour) {
        Count count = counts.get(new Counted(tenant, caller, hour));
        return count == null ? 0 : count.now.get();
    }

    private static Map<String, Long> bySite(Map<String, String> fields) {
        Map<String, Long> sums = new TreeMap<>();
        fields.forEach(
                (field, text) -> sums.merge(field.substring(0, field.indexOf('.')), StateText.count(text), Long::sum));
        return sums;
    }

    private static long sum(Map<String, Long> bySite) {
        return bySite.values().stream().mapToLong(Long::longValue).sum();
    }
}
