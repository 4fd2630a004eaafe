package org.holdfast.cache.stress;

import org.jspecify.annotations.Nullable;

/**
 * A change of one row that the database has committed.
 *
 * @param value that the row has from then on, unique in its row; null when it was deleted
 * @param begunNanos before the commit was asked for, by {@link System#nanoTime}
 * @param endedNanos after it had returned; {@link Long#MAX_VALUE} when it was told as failed
 * @param instance that made it; -1 for what was there before
 */
public record Commit(@Nullable String value, long begunNanos, long endedNanos, int instance) {}
