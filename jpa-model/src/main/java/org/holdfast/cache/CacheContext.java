package org.holdfast.cache;

import java.util.Optional;

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

    /** Redisson's configuration as YAML text, when it is not in a property. */
    default Optional<String> redisson() {
        return Optional.empty();
    }
}
