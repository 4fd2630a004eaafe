package org.holdfast.cache;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.eclipse.persistence.exceptions.DatabaseException;
import org.eclipse.persistence.internal.databaseaccess.Accessor;
import org.eclipse.persistence.internal.sessions.AbstractSession;
import org.holdfast.cache.guard.Mark;
import org.holdfast.cache.guard.Pending;
import org.holdfast.cache.guard.Polls;
import org.holdfast.cache.guard.Versions;
import org.jspecify.annotations.Nullable;

/**
 * What instances tell each other through the database: what Redis was not told in time, and, where there are several sites,
 * everything. Thread-safe; polls exclude each other.
 *
 * <p>A poll tells this process and its Redis. It is told where that Redis was up to, so that it does not matter which of the
 * instances at the same Redis is alive.
 */
final class OutboxLink {
    private static final int EVICTIONS_MAX = 10_000;
    private static final int FORGOTTEN_MAX = 1_000;
    private static final long FORGET_MILLIS = 5_000;
    /** Nobody waits for a poll, so Redis has longer than a request would give it. */
    private static final long REDIS_MILLIS = 1_000;

    /** What one poll found, and what Redis answers to it. */
    private static final class Heard {
        final Map<RowKey, Long> rows = new HashMap<>();
        /** With the id of the last row that empties it. */
        final Map<Region, String> regions = new HashMap<>();

        final Set<TagKey> tags = new HashSet<>();

        final List<CompletableFuture<?>> told = new ArrayList<>();
    }

    private final CacheUnit unit;
    private final Outbox table;
    private final Polls polls;
    private final Pending<Region, RowKey> evictions = new Pending<>(EVICTIONS_MAX);
    private final LongAdder written = new LongAdder();
    private final LongAdder applied = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder succeeded = new LongAdder();

    private volatile long lastNanos;
    private @Nullable Mark mark;
    private String history = "";
    private long forgottenNanos;
    private boolean isMoreToForget = true;

    OutboxLink(CacheUnit unit, Outbox table) {
        this.unit = unit;
        this.table = table;
        this.polls = new Polls(TimeUnit.MILLISECONDS.toNanos(unit.config().windowMillis()));
    }

    Polls polls() {
        return polls;
    }

    CacheSnapshot.OutboxCounts counts() {
        long polled = succeeded.sum();
        long age = polled == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(unit.nanos() - lastNanos);
        return new CacheSnapshot.OutboxCounts(written.sum(), applied.sum(), evictions.size(), polled, gaps.sum(), age);
    }

    // --- to the database

    /**
     * Writes it in the session's transaction, when anybody has to hear of it there.
     *
     * @param space of Redis, which has confirmed it; null when it did not
     * @throws DatabaseException when the database does not take it
     */
    void tell(AbstractSession session, Supplier<List<byte[]>> messages, @Nullable String space) {
        if (!isToBeTold(space != null)) {
            return;
        }
        Accessor accessor = session.getAccessor();
        accessor.incrementCallCount(session);
        try {
            table.write((Connection) accessor.getDatasourceConnection(), messages.get(), space);
            written.increment();
        } catch (SQLException failure) {
            throw DatabaseException.sqlException(failure, accessor, session, false);
        } finally {
            accessor.decrementCallCount();
        }
    }

    private boolean isToBeTold(boolean isConfirmed) {
        return !isConfirmed || unit.config().sites() > 1;
    }

    /** Evicted outside a transaction: the next poll writes it. */
    void evicted(RowKey key, boolean isConfirmed) {
        if (isToBeTold(isConfirmed)) {
            evictions.add(key.region(), key, Versions.ABOVE_ALL);
        }
    }

    void evicted(Region region, boolean isConfirmed) {
        if (isToBeTold(isConfirmed)) {
            evictions.addRegion(region);
        }
    }

    private void writeEvictions(Connection writer) throws SQLException {
        Pending.Batch<Region, RowKey> batch = evictions.batch();
        if (batch.isEmpty()) {
            return;
        }
        List<byte[]> messages = new ArrayList<>();
        batch.keys().forEach((key, version) -> messages.add(Messages.row(key, version)));
        batch.regions().forEach(region -> messages.add(Messages.region(region, 0)));
        table.write(writer, messages, null);
        written.increment();
        evictions.confirm(batch);
    }

    // --- from the database

    /**
     * Asks the database what Redis was not told, and tells this process and its Redis.
     *
     * @param writer to the node that takes the writes, in auto-commit mode
     * @param ofHistory the history that this node is in, as {@link CacheContext#epoch} names it
     * @return whether this process has heard all that was committed before the call
     */
    synchronized boolean poll(Connection writer, String ofHistory) throws SQLException {
        long begun = unit.nanos();
        if (!ofHistory.equals(unit.followEpoch())) {
            return false;
        }
        writeEvictions(writer);
        forgetOld(writer);
        // Marks of another history are snapshots of another cluster.
        Mark own = history.equals(ofHistory) ? mark : null;
        Optional<Outbox.Answer> heard = since(own, writer);
        if (heard.isEmpty() && !unit.isTrusted()) {
            // Redis may know from where on. Until it answers the cache is not used anyway.
            return false;
        }
        if (heard.isEmpty()) {
            heard = since(unit.store().mark().orElse(null), writer);
        }
        boolean hadHeard = polls.holds(unit.nanos());
        Mark now = heard.isPresent()
                ? heard.get().mark()
                : table.after(writer, null).mark();
        boolean isTold = heard.isPresent() ? apply(heard.get().rows()) : applyAll();
        if (!hadHeard) {
            unit.regions().forEach(Region::dropNear);
        }
        // Another history may have begun meanwhile.
        if (!ofHistory.equals(unit.epoch())) {
            return false;
        }
        mark = now;
        history = ofHistory;
        if (!isTold) {
            unit.untold();
        } else if (unit.store().pending().isEmpty()) {
            unit.store().markIs(now);
        }
        polls.succeeded(begun);
        lastNanos = begun;
        succeeded.increment();
        return true;
    }

    // Empty when something may be missing.
    private Optional<Outbox.Answer> since(@Nullable Mark from, Connection writer) throws SQLException {
        if (from == null) {
            return Optional.empty();
        }
        Outbox.Answer answer = table.after(writer, from);
        long ageMax = unit.config().outboxMillis() - unit.config().windowMillis();
        return Optional.of(answer).filter(its -> !its.isTooMuch() && from.isFollowedBy(its.mark(), ageMax));
    }

    private void forgetOld(Connection writer) throws SQLException {
        long now = unit.nanos();
        if (isMoreToForget || now - forgottenNanos > TimeUnit.MILLISECONDS.toNanos(FORGET_MILLIS)) {
            forgottenNanos = now;
            isMoreToForget = table.forget(writer, unit.config().outboxMillis(), FORGOTTEN_MAX) == FORGOTTEN_MAX;
        }
    }

    /** Nothing is known any more: this process and its Redis begin anew. */
    private boolean applyAll() {
        gaps.increment();
        Heard heard = new Heard();
        unit.regions().stream().filter(Region::isShared).forEach(region -> {
            heard.regions.put(region, "");
            heard.told.add(unit.store().drop(region, "", 0));
        });
        return isConfirmed(heard);
    }

    private boolean apply(List<Outbox.Row> rows) {
        if (rows.isEmpty()) {
            return true;
        }
        Heard heard = new Heard();
        String space = unit.store().space();
        for (Outbox.Row row : rows) {
            // The instances at the same Redis have heard it through the topic.
            if (space.isEmpty() || !space.equals(row.told())) {
                row.messages().forEach(message -> note(message, row, heard));
                applied.increment();
            }
        }
        heard.rows.forEach((key, version) -> {
            key.region().raise(key, version);
            heard.told.add(unit.store().heard(key, version));
        });
        // Named by the row, so that instances at the same Redis empty the region once between them.
        heard.regions.forEach((region, row) -> {
            region.dropNear();
            heard.told.add(unit.store().heard(region, "outbox-" + row));
        });
        heard.tags.forEach(tag -> heard.told.add(unit.queries().heard(tag)));
        return isConfirmed(heard);
    }

    private void note(byte[] message, Outbox.Row from, Heard heard) {
        switch (message[0]) {
            case Messages.ROW -> {
                Messages.OutdatedRow row = Messages.outdatedRow(message);
                unit.region(row.region())
                        .filter(Region::isShared)
                        .ifPresent(region -> heard.rows.merge(
                                new RowKey(region, row.partition(), row.primaryKey()), row.version(), Math::max));
            }
            case Messages.REGION ->
                unit.region(Messages.emptiedRegion(message).region())
                        .filter(Region::isShared)
                        .ifPresent(region -> heard.regions.put(region, from.id().toString()));
            case Messages.TAG -> {
                Messages.ChangedTag tag = Messages.changedTag(message);
                unit.region(tag.region())
                        .filter(Region::isShared)
                        .ifPresent(region -> heard.tags.add(new TagKey(region, tag.partition(), tag.part())));
            }
            default ->
                CacheUnit.LOG.log(
                        System.Logger.Level.WARNING,
                        "{0}: an unknown message of kind {1} in the outbox",
                        unit.name(),
                        message[0]);
        }
    }

    // What is not confirmed in time is pending.
    private boolean isConfirmed(Heard heard) {
        boolean isConfirmed = heard.told.isEmpty()
                || (unit.isTrusted()
                        && unit.store().confirm(heard.told.toArray(CompletableFuture<?>[]::new), REDIS_MILLIS));
        if (!isConfirmed) {
            heard.rows.forEach((key, version) -> unit.store().pending().add(key.region(), key, version));
            heard.regions.keySet().forEach(unit.store()::untold);
            heard.tags.forEach(unit.queries()::pend);
        }
        return isConfirmed;
    }
}
