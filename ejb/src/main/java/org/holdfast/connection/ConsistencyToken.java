package org.holdfast.connection;

import org.holdfast.topology.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * Where a write ended: the epoch it happened in and the log position that was flushed when its commit returned. Written
 * {@code <epoch>-<lsn>}, for example {@code 1-0/16B3748}.
 *
 * @param epoch 1 or more
 */
public record ConsistencyToken(long epoch, LogPosition position) {
    /**
     * Reads the notation of {@link #toString()}.
     *
     * @throws RefusedException (validation) when the text is not in that notation
     */
    public static ConsistencyToken parse(String text) {
        int dash = text.indexOf('-');
        try {
            if (dash > 0 && text.length() < 64) {
                long epoch = Long.parseLong(text.substring(0, dash));
                if (epoch > 0) {
                    return new ConsistencyToken(epoch, LogPosition.parse(text.substring(dash + 1)));
                }
            }
        } catch (IllegalArgumentException malformed) {
            throw notAToken(malformed);
        }
        throw notAToken(null);
    }

    /** Whether it is of an earlier epoch, or of an earlier position in the same one. */
    boolean isBefore(ConsistencyToken other) {
        return epoch == other.epoch() ? position.isBefore(other.position) : epoch < other.epoch();
    }

    private static RefusedException notAToken(@Nullable Throwable cause) {
        return new RefusedException(
                ErrorCategory.VALIDATION, "Holdfast-Token must be <epoch>-<lsn>, for example 1-0/16B3748", cause);
    }

    @Override
    public String toString() {
        return epoch + "-" + position;
    }
}
