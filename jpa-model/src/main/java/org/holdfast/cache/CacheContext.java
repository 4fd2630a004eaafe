package org.holdfast.cache;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the cache asks the application; every answer is about the calling thread, and must be quick: the questions are asked on
 * each read. The class is named in {@code holdfast.cache.context}, is public and has a public constructor without
 * parameters. An application with one database and no tenants needs none. Implementations are thread-safe.
 */
public interface CacheContext {
    /**
     * Who owns what is read and written now. Nothing is shared between partitions. When it is empty, nothing is read from the
     * cache or kept, and every write empties its region for all partitions.
     */
    default Optional<String> partition() {
        return Optional.of("");
    }

    /** Whether rows of this entity belong to a partition; asked once an entity. */
    default boolean isPartitioned(Class<?> entity) {
        return true;
    }

    /** Names the history that the database is in; another name, after a failover or a restore, empties the cache. */
    default String epoch() {
        return "0";
    }

    /**
     * Whether what is read now may lack committed changes: the node may lag, or the transaction has a snapshot that is older
     * than its queries.
     */
    default boolean mayLag() {
        return false;
    }

    /**
     * Where {@link #mayLag}: a reading of {@link System#nanoTime}, at which what is read now was known to lack no change for
     * longer than nodes may lag. Empty when that is known anew with each query.
     */
    default OptionalLong lagKnownNanos() {
        return OptionalLong.empty();
    }

    /** Whether this transaction has written, by other means than the EntityManager, what it may read now. */
    default boolean hasWritten() {
        return false;
    }

    /** Whether the cache answers nothing now. What is read is kept for others all the same. */
    default boolean readsPast() {
        return false;
    }

    /**
     * A reading of {@link System#nanoTime}: what any process had declared outdated until then must not be used. Until a
     * message that this process sent later has come back, and a poll of the outbox that began later has succeeded, the
     * database is read. Empty when that moment does not matter.
     */
    default OptionalLong mustKnowSince() {
        return OptionalLong.empty();
    }

    /**
     * A reading of {@link System#nanoTime}, before which this work's caller has read from a database what others had written.
     * What the process has near must not lead back behind that: it is used once a message that this process sent later has
     * come back, for which a read waits as it would for Redis. Weaker than {@link #mustKnowSince}, which would keep a caller who reads on and on from
     * the cache for ever. Empty when that moment does not matter.
     */
    default OptionalLong hasReadSince() {
        return OptionalLong.empty();
    }

    /**
     * Properties, by their full names, in place of those of the persistence unit: for what is known only where the application
     * runs. Asked at the start; an exception stops it.
     */
    default Map<String, String> properties() {
        return Map.of();
    }
}
