package org.holdfast.cache;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.persistence.internal.sessions.UnitOfWorkChangeSet;
import org.eclipse.persistence.sessions.server.ServerSession;
import org.holdfast.cache.guard.Trust;
import org.holdfast.cache.guard.Versions;
import org.jspecify.annotations.Nullable;

/**
 * The cache of one persistence unit in this process: its regions, whether Redis is believed, and what each thread is reading.
 * Thread-safe.
 */
// What a thread reads belongs to one unit, not to the class, and is gone with the outermost query.
@SuppressWarnings("ThreadLocalUsage")
final class CacheUnit implements AutoCloseable {
    static final System.Logger LOG = System.getLogger(CacheUnit.class.getPackageName());

    private static final String PROPERTY = "org.holdfast.cache.unit";
    private static final int FAILURES_MAX = 3;
    /** What was read longer ago than this part of the window is kept for nobody. */
    static final int YOUNG_PART = 4;

    private final String name;
    private final CacheConfig config;
    private final CacheContext context;
    private final String redisson;
    private final ServerSession session;
    private final List<Region> regions = new CopyOnWriteArrayList<>();
    private final AtomicLong clock = new AtomicLong(1);
    private final LongAdder withdrawals = new LongAdder();
    private final ThreadLocal<@Nullable ReadScope> scopes = new ThreadLocal<>();
    private final ThreadLocal<@Nullable String> mergePartitions = new ThreadLocal<>();
    private final Map<Object, Changes> merged = Collections.synchronizedMap(new WeakHashMap<>());
    private final Map<Object, Changes> changes = Collections.synchronizedMap(new WeakHashMap<>());
    private final Trust trust;
    private final RowStore store;
    private final Optional<OutboxLink> outbox;
    private final QueryStore queries;
    private final Echoes echoes;

    private volatile @Nullable Heartbeat heartbeat;
    private volatile String epoch;

    CacheUnit(String name, CacheConfig config, CacheContext context, String redisson, ServerSession session) {
        this.name = name;
        this.config = config;
        this.context = context;
        this.redisson = redisson;
        this.session = session;
        this.epoch = context.epoch();
        long lease = FAILURES_MAX * Heartbeat.INTERVAL_MILLIS + config.deadlineMillis();
        this.trust = new Trust(FAILURES_MAX, TimeUnit.MILLISECONDS.toNanos(lease));
        this.store = new RowStore(this, config, trust);
        this.echoes = new Echoes(this, store, trust);
        this.outbox = config.outbox().map(table -> new OutboxLink(this, new Outbox(table)));
        Region results =
                new Region(this, QueryStore.REGION, null, false, TimeUnit.MILLISECONDS.toNanos(config.windowMillis()));
        this.queries = new QueryStore(this, config, store, results);
        regions.add(results);
        session.setProperty(PROPERTY, this);
    }

    static Optional<CacheUnit> of(org.eclipse.persistence.sessions.Session session) {
        return Optional.ofNullable((CacheUnit) session.getProperty(PROPERTY));
    }

    void add(Region region) {
        regions.add(region);
    }

    /** Begins to ask Redis; returns at once. */
    void start() {
        regions.stream().filter(Region::isCached).forEach(Region::share);
        Heartbeat started = new Heartbeat(
                this,
                config,
                store,
                trust,
                regions.stream().filter(Region::isCached).toList());
        heartbeat = started;
        started.start();
    }

    String name() {
        return name;
    }

    CacheConfig config() {
        return config;
    }

    CacheContext context() {
        return context;
    }

    ServerSession session() {
        return session;
    }

    RowStore store() {
        return store;
    }

    QueryStore queries() {
        return queries;
    }

    /** Those of all entities, and that of the results of queries. */
    List<Region> regions() {
        return Collections.unmodifiableList(regions);
    }

    String epoch() {
        return epoch;
    }

    String redisson() {
        return redisson;
    }

    long nanos() {
        return System.nanoTime();
    }

    /** The next reading of the clock that orders invalidations and reads of this process. */
    long tick() {
        return clock.incrementAndGet();
    }

    long stamp() {
        return clock.get();
    }

    /** What the database tells besides Redis; empty when the application has no outbox. */
    Optional<OutboxLink> outbox() {
        return outbox;
    }

    /** Whether Redis is believed. */
    boolean isTrusted() {
        return trust.holds(nanos());
    }

    /** Whether what is cached is believed: Redis is, and the outbox was read not long ago. */
    boolean isUsed() {
        long now = nanos();
        return trust.holds(now) && outbox.map(its -> its.polls().holds(now)).orElse(true);
    }

    // --- what the threads are reading

    @Nullable
    ReadScope scope() {
        return scopes.get();
    }

    ReadScope enter() {
        ReadScope scope = scopes.get();
        if (scope != null) {
            scope.enter();
            return scope;
        }
        String current = followEpoch();
        ReadScope begun = new ReadScope(context, mayUse(), current, clock.get(), nanos());
        scopes.set(begun);
        return begun;
    }

    void leave() {
        ReadScope scope = scopes.get();
        if (scope != null && scope.leave()) {
            scopes.remove();
            scope.forgetApart();
        }
    }

    /** A query failed: what it built counts for nobody. */
    void abandon() {
        ReadScope scope = scopes.get();
        scopes.remove();
        if (scope != null) {
            scope.forgetApart();
        }
    }

    /**
     * Whether the scope began so lately that every floor since then is still known. How far a node lags is known by comparison
     * with the writer, so that has to have answered lately too.
     */
    boolean isYoung(ReadScope scope) {
        long young = TimeUnit.MILLISECONDS.toNanos(config.windowMillis() / YOUNG_PART);
        return nanos() - scope.startedNanos < young
                && (!scope.mayLag
                        || outbox.map(its -> its.polls().covers(scope.startedNanos - young))
                                .orElse(true));
    }

    /** Whether the cache may answer the calling thread: it has heard of all that the thread's work must know. */
    boolean mayUse() {
        OptionalLong since = context.mustKnowSince();
        return !context.readsPast() && (since.isEmpty() || hasHeardSince(since.getAsLong()));
    }

    /** Whether also what is near may answer. */
    boolean mayUseNear() {
        OptionalLong since = context.hasReadSince();
        return since.isEmpty() || trust.hasHeard(since.getAsLong());
    }

    /** The same, once what was told before has had the time of a message to arrive. */
    boolean mayUseNearSoon() {
        OptionalLong since = context.hasReadSince();
        return since.isEmpty() || trust.hasHeard(since.getAsLong()) || echoes.await(since.getAsLong());
    }

    private boolean hasHeardSince(long nanos) {
        return trust.covers(nanos)
                && outbox.map(its -> its.polls().covers(nanos)).orElse(true);
    }

    /** Another history of the database is begun anew with; which it is now. */
    String followEpoch() {
        String current = context.epoch();
        if (current.equals(epoch)) {
            return current;
        }
        synchronized (this) {
            if (current.equals(epoch)) {
                return current;
            }
            LOG.log(System.Logger.Level.INFO, "{0}: the cache begins anew, epoch {1} after {2}", name, current, epoch);
            epoch = current;
            trust.withdraw();
            outbox.ifPresent(its -> its.polls().forget());
            regions.forEach(Region::forgetEpoch);
        }
        beatSoon();
        return current;
    }

    Optional<String> currentPartition() {
        ReadScope scope = scopes.get();
        if (scope != null) {
            return scope.partition;
        }
        String merged = mergePartitions.get();
        return merged != null ? Optional.of(merged) : context.partition();
    }

    // --- what the transactions change

    /** The changes of the transaction that this session commits. */
    void changedIn(Object session, Changes ofSession) {
        changes.put(session, ofSession);
    }

    Optional<Changes> changesIn(Object session) {
        return Optional.ofNullable(changes.remove(session));
    }

    // --- the merge after a commit, which may run when the application's context is gone

    void merges(UnitOfWorkChangeSet changeSet, Changes ofSession) {
        merged.put(changeSet, ofSession);
    }

    void beginMerge(@Nullable Object changeSet) {
        Changes ofSession = changeSet == null ? null : merged.remove(changeSet);
        if (ofSession != null && changeSet instanceof UnitOfWorkChangeSet what) {
            String partition = ofSession.partition();
            if (partition != null) {
                mergePartitions.set(partition);
            }
            ofSession.merging(what);
        }
    }

    void endMerge() {
        mergePartitions.remove();
    }

    // --- Redis

    /** Asking Redis failed or took too long. */
    void failed(Exception failure) {
        if (trust.failed()) {
            withdrawn("Redis does not answer: " + failure);
        }
    }

    /** A connection to Redis was lost, or the topic was subscribed to anew: messages may have been missed. */
    void connectionLost() {
        store.watch().restart();
        if (trust.withdraw()) {
            withdrawn("a connection to Redis was lost");
            beatSoon();
        }
    }

    /** What was to be told could not be: nothing is used until the heartbeat has told it. */
    void untold() {
        if (trust.withdraw()) {
            withdrawn("Redis was not told what the database told");
            beatSoon();
        }
    }

    private void withdrawn(String why) {
        withdrawals.increment();
        LOG.log(System.Logger.Level.WARNING, "{0}: the cache is not used: {1}", name, why);
    }

    void regained() {
        LOG.log(System.Logger.Level.INFO, "{0}: the cache is used", name);
    }

    private void beatSoon() {
        Heartbeat beating = heartbeat;
        if (beating != null) {
            beating.soon();
        }
    }

    /** A message of the topic, on a thread of Redisson's. */
    void received(byte[] message) {
        switch (message[0]) {
            case Messages.BEAT -> {
                Heartbeat beating = heartbeat;
                if (beating != null) {
                    beating.returned(message);
                }
                echoes.returned(message);
            }
            case Messages.LOOK -> beatSoon();
            case Messages.ROW -> outdated(Messages.outdatedRow(message));
            case Messages.TAG -> changed(Messages.changedTag(message));
            case Messages.REGION -> emptied(Messages.emptiedRegion(message));
            default -> LOG.log(System.Logger.Level.WARNING, "{0}: an unknown message of kind {1}", name, message[0]);
        }
    }

    private void outdated(Messages.OutdatedRow row) {
        region(row.region()).ifPresent(region -> {
            region.counters().received.increment();
            region.raise(new RowKey(region, row.partition(), row.primaryKey()), row.version());
        });
    }

    private void changed(Messages.ChangedTag tag) {
        region(tag.region()).ifPresent(region -> queries.changed(new TagKey(region, tag.partition(), tag.part())));
    }

    private void emptied(Messages.EmptiedRegion emptied) {
        region(emptied.region()).ifPresent(region -> {
            region.counters().received.increment();
            region.freeze(TimeUnit.MILLISECONDS.toNanos(emptied.freezeMillis()));
        });
        // The epoch is another one now.
        beatSoon();
    }

    Optional<Region> region(String regionName) {
        return regions.stream().filter(each -> each.name().equals(regionName)).findFirst();
    }

    /** The row may have been changed by anybody in any way: it is read anew by everybody. */
    void evict(RowKey key) {
        if (!key.region().isShared()) {
            return;
        }
        key.region().raise(key, Versions.ABOVE_ALL);
        boolean isConfirmed = confirm(store.tombstone(key, Versions.ABOVE_ALL));
        outbox.ifPresent(its -> its.evicted(key, isConfirmed));
    }

    /** Any row of the region may have been changed: all are read anew by everybody. */
    void evict(Region region) {
        if (region.isShared()) {
            boolean isConfirmed = confirm(store.drop(region, "", 0));
            outbox.ifPresent(its -> its.evicted(region, isConfirmed));
        }
    }

    private boolean confirm(CompletableFuture<?> told) {
        return isTrusted() && store.confirm(new CompletableFuture<?>[] {told});
    }

    CacheSnapshot snapshot() {
        return new CacheSnapshot(
                name,
                isUsed(),
                withdrawals.sum(),
                store.pending().size() + queries.pendingTags(),
                outbox.map(OutboxLink::counts),
                regions.stream()
                        .filter(region -> !region.name().equals(QueryStore.REGION))
                        .map(CacheSnapshot.RegionCounts::of)
                        .toList(),
                queries.counts());
    }

    @Override
    public void close() {
        Heartbeat beating = heartbeat;
        if (beating != null) {
            beating.close();
        }
    }
}
