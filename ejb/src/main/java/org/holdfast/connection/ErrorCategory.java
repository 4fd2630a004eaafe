package org.holdfast.connection;

import java.util.Locale;

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

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
