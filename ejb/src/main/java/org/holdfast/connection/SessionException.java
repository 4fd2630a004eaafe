package org.holdfast.connection;

import jakarta.ejb.ApplicationException;
import org.jspecify.annotations.Nullable;

/**
 * Work on the databases failed. The subclass says what the caller may do: {@link NothingHappenedException} retry,
 * {@link OutcomeUnknownException} find out, {@link RefusedException} change the request.
 */
@ApplicationException(rollback = true)
public abstract class SessionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCategory category;

    SessionException(ErrorCategory category, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.category = category;
    }

    public final ErrorCategory category() {
        return category;
    }

    /** How the session ended that threw it. */
    abstract SessionOutcome outcome();

    /** Whether the same request may succeed if it is simply sent again. */
    public abstract boolean isRetryable();
}
