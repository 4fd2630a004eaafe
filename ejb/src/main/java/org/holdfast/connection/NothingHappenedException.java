package org.holdfast.connection;

import org.jspecify.annotations.Nullable;

/** Nothing was changed, and the same request may succeed later. */
public final class NothingHappenedException extends SessionException {
    private static final long serialVersionUID = 1L;

    private final boolean isBusy;

    public NothingHappenedException(ErrorCategory category, String message) {
        this(category, message, null);
    }

    public NothingHappenedException(ErrorCategory category, String message, @Nullable Throwable cause) {
        this(category, message, cause, false);
    }

    private NothingHappenedException(
            ErrorCategory category, String message, @Nullable Throwable cause, boolean isBusy) {
        super(category, message, cause);
        this.isBusy = isBusy;
    }

    /** There is too much work already. */
    static NothingHappenedException busy(String message) {
        return new NothingHappenedException(ErrorCategory.CONNECTION, message, null, true);
    }

    /** Whether the session itself should try again; if not, its caller should, later. */
    boolean isWorthAnotherAttempt() {
        return !isBusy && category() != ErrorCategory.TIMEOUT;
    }

    @Override
    SessionOutcome outcome() {
        return SessionOutcome.NOTHING_HAPPENED;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
