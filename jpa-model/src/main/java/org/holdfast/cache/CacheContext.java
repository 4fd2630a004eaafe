package org.holdfast.cache;

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
     * Whether what is read now may lack committed changes: the node may lag, or the transaction has a snapshot that may be older
     * than half of {@code holdfast.cache.lag-window-millis}.
     */
    default boolean mayLag() {
        return false;
    }

    /** Whether this transaction has written, by other means than the EntityManager, what it may read now. */
    default boolean hasWritten() {
        return false;
    }

    /**
     * A reading of {@link System#nanoTime}: what any process had declared outdated until then must not be used. Others' word
     * reaches the near cache a moment after Redis, so it is passed over until a message that this process sent after that
     * reading has come back. Empty when that moment does not matter.
     */
    default OptionalLong mustKnowSince() {
        return OptionalLong.empty();
    }

    /**
     * Where Redisson's configuration is, when the property {@code holdfast.cache.redisson} does not say so, in the same form.
     * Asked at the start; an exception stops it.
     */
    default Optional<String> redisson() {
        return Optional.empty();
    }
}
