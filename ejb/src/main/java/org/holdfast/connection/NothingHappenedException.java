package org.holdfast.connection;

import org.jspecify.annotations.Nullable;

/** Nothing was changed, and the same request may succeed later. */
public final class NothingHappenedException extends SessionException {
    private static final long serialVersionUID = 1L;

    public NothingHappenedException(ErrorCategory category, String message) {
        this(category, message, null);
    }

    public NothingHappenedException(ErrorCategory category, String message, @Nullable Throwable cause) {
        super(category, message, cause);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
