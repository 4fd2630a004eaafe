package org.holdfast.connection;

import java.util.Locale;
import java.util.logging.Level;

/** What kind of thing went wrong; {@link #label()} is the {@code category} of a problem document. */
public enum ErrorCategory {
    VALIDATION,
    CONFLICT,
    DEADLOCK,
    CONNECTION,
    TIMEOUT,
    PERMISSION,
    SCHEMA,
    IN_DOUBT,
    UNKNOWN;

    /** How loudly a session that failed so is told of: what callers do wrong is for their own ears. */
    Level level() {
        return switch (this) {
            case VALIDATION, CONFLICT -> Level.FINE;
            case DEADLOCK -> Level.INFO;
            case CONNECTION, TIMEOUT, PERMISSION, IN_DOUBT -> Level.WARNING;
            case SCHEMA, UNKNOWN -> Level.SEVERE;
        };
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
