package org.holdfast.job;

import org.jspecify.annotations.Nullable;

/** A job cannot be stopped, or started again, as it is now. */
public final class JobRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JobRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
