package org.holdfast.connection;

/** The replica had not replayed what the session must see; nothing was read from it. */
final class ReplicaBehindException extends SessionException {
    private static final long serialVersionUID = 1L;

    ReplicaBehindException(String message) {
        super(ErrorCategory.CONNECTION, message, null);
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
