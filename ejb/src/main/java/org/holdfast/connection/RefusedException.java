package org.holdfast.connection;

import org.jspecify.annotations.Nullable;

/** Nothing was changed, and the same request will fail again. */
public final class RefusedException extends SessionException {
    private static final long serialVersionUID = 1L;

    public RefusedException(ErrorCategory category, String message) {
        this(category, message, null);
    }

    public RefusedException(ErrorCategory category, String message, @Nullable Throwable cause) {
        super(category, message, cause);
    }

    @Override
    SessionOutcome outcome() {
        return SessionOutcome.REFUSED;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
