package org.holdfast.connection;

import java.util.Locale;

/** Whether a session will change rows. */
public enum AccessIntent {
    READ,
    WRITE;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
