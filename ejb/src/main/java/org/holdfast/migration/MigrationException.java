package org.holdfast.migration;

/** A migration cannot go on before a person does something, which the message says. Nothing of the version was done. */
public final class MigrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MigrationException(String message) {
        super(message);
    }

    public MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
