package org.holdfast.connection;

import java.util.Locale;

/** How a session ended. */
public enum SessionOutcome {
    COMMITTED,
    /** Its work threw an exception of its own. */
    ROLLED_BACK,
    /** The databases could not do it, now. */
    NOTHING_HAPPENED,
    REFUSED,
    IN_DOUBT;

    static SessionOutcome of(RuntimeException failure) {
        if (failure instanceof SessionException known) {
            return known.outcome();
        }
        return ROLLED_BACK;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
