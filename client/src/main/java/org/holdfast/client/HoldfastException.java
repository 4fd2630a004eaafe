package org.holdfast.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holdfast did not do what it was asked. What could be tried again was tried again before this is thrown.
 *
 * <p>{@link #category()} says why: {@code validation conflict deadlock connection timeout permission schema in-doubt
 * unknown}, as Holdfast's problem documents do. {@code in-doubt} of a write means that it may have happened or not; of a read,
 * that an earlier write of this store was lost in a failover: what was read before may not be there any more.
 */
public final class HoldfastException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String category;
    private final boolean isRetryable;
    private final Duration pause;

    private HoldfastException(
            int status,
            String category,
            String message,
            boolean isRetryable,
            Duration pause,
            @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.category = category;
        this.isRetryable = isRetryable;
        this.pause = pause;
    }

    static HoldfastException answered(
            int status, String category, String message, boolean isRetryable, Duration pause) {
        return new HoldfastException(status, category, message, isRetryable, pause, null);
    }

    /** Nobody answered, or not in a way that can be understood. */
    static HoldfastException unanswered(
            String category, String message, boolean isRetryable, @Nullable Throwable cause) {
        return new HoldfastException(0, category, message, isRetryable, Duration.ZERO, cause);
    }

    /** The status of the answer; 0 when there was none. */
    public int status() {
        return status;
    }

    /** Why, in one word of the API. */
    public String category() {
        return category;
    }

    /** Whether the same call may succeed at another time. */
    public boolean isRetryable() {
        return isRetryable;
    }

    /** The same, for one who has looked again and may try again. */
    HoldfastException toBeTriedAgain() {
        return new HoldfastException(status, category, String.valueOf(getMessage()), true, pause, this);
    }

    /** How long the server asks to wait. */
    Duration pause() {
        return pause;
    }

    boolean isConflict() {
        return status == 409 && category.equals("conflict");
    }
}
