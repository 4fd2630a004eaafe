package org.holdfast.security;

import java.time.Duration;

/** A caller was not recognised. Nothing was changed. */
public final class LoginException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The credentials are not good; which part of them stays untold. */
        REFUSED,
        /** Too many failures; even good credentials have to wait. */
        THROTTLED,
        /** More log-ins at once than can be checked. */
        BUSY
    }

    private final Reason reason;
    private final Duration retryAfter;

    private LoginException(Reason reason, String message, Duration retryAfter) {
        super(message);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    static LoginException refused(String message) {
        return new LoginException(Reason.REFUSED, message, Duration.ZERO);
    }

    static LoginException throttled(Duration retryAfter) {
        return new LoginException(
                Reason.THROTTLED, "too many failed log-ins; wait " + retryAfter.toSeconds() + " s", retryAfter);
    }

    static LoginException busy() {
        return new LoginException(Reason.BUSY, "too many log-ins at once", Duration.ofSeconds(1));
    }

    public Reason reason() {
        return reason;
    }

    /** How long to wait before another try; zero where waiting does not help. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
