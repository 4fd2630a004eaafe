package org.holdfast.cache.guard;

/**
 * How lately the database has told what Redis was not told. What is cached is believed for a while after a poll, and answers
 * what must be known since some moment only when a poll has begun after it. Thread-safe.
 */
public final class Polls {
    private final long lifeNanos;

    private volatile boolean isAny;
    private volatile long begunNanos;

    /** @param lifeNanos how long one poll is good for */
    public Polls(long lifeNanos) {
        this.lifeNanos = lifeNanos;
    }

    /** Whether what is cached may be believed at all. */
    public boolean holds(long nowNanos) {
        return isAny && nowNanos - begunNanos < lifeNanos;
    }

    /** Whether everything that was committed before this moment has been heard of. */
    public boolean covers(long nanos) {
        return isAny && begunNanos - nanos >= 0;
    }

    /** A poll that began at this moment has succeeded, and all it told was applied. */
    public void succeeded(long pollBegunNanos) {
        begunNanos = pollBegunNanos;
        isAny = true;
    }

    /** Nothing is believed until the next poll: the database is in another history. */
    public void forget() {
        isAny = false;
    }
}
