package org.holdfast.cache.stress;

/**
 * A read that must not be.
 *
 * @param what names the promise that was broken
 * @param detail the read, and the commits around it
 */
public record Violation(What what, String detail) {
    /** The promises. */
    public enum What {
        /** A value that no committed transaction wrote, or that none had begun to commit. */
        NEVER_COMMITTED,
        /** A read showed less than a finished commit of its own instance. */
        OWN_WRITE_MISSED,
        /** A read showed less than a finished commit that it had a token of, while Redis was well. */
        TOLD_WRITE_MISSED,
        /** The same during an outage or just after it: docs/cache.md names it among what is not guaranteed. */
        TOLD_WRITE_MISSED_IN_OUTAGE,
        /** A row that stayed old when everything was quiet. */
        STALE_AFTERWARDS,
        /** A change that failed again and again. */
        FAILS_FOR_EVER
    }

    /** Whether docs/cache.md promises that it does not happen. */
    public boolean isBroken() {
        return what != What.TOLD_WRITE_MISSED_IN_OUTAGE;
    }

    @Override
    public String toString() {
        return what + ": " + detail;
    }
}
