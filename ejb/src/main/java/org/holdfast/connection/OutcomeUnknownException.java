package org.holdfast.connection;

import org.jspecify.annotations.Nullable;

/** A commit was sent and its answer never came: it may have happened or not. Look before doing it again. */
public final class OutcomeUnknownException extends SessionException {
    private static final long serialVersionUID = 1L;

    public OutcomeUnknownException(ErrorCategory category, String message) {
        this(category, message, null);
    }

    public OutcomeUnknownException(ErrorCategory category, String message, @Nullable Throwable cause) {
        super(category, message, cause);
    }

    @Override
    SessionOutcome outcome() {
        return SessionOutcome.IN_DOUBT;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
