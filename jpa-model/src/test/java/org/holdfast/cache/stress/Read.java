package org.holdfast.cache.stress;

import org.jspecify.annotations.Nullable;

/**
 * What one caller saw of a row.
 *
 * @param value null when there was no such row
 * @param instance that was asked
 */
public record Read(Row row, @Nullable String value, long begunNanos, long endedNanos, int instance, Kind kind) {
    /** What the caller was promised. */
    public enum Kind {
        /** Every commit of the asked instance that had returned. */
        OWN,
        /** Every commit that had returned, of whichever instance: the caller had the token of it. */
        TOLD,
        /** Nothing but a value that was committed once. */
        EVENTUAL
    }
}
