package org.holdfast.cache;

import java.util.concurrent.CompletableFuture;

/**
 * From the begin of a change until its end no result is kept that depends on its tag. Changes of one process that follow each
 * other closely share one: the later ones find that nothing older can be used, and nothing has been kept since. Thread-safe.
 */
final class TagFreeze {
    /** For so long, and an eighth of the window at most, it is relied on: Redis may have lost it since. TagScripts reckons with it. */
    private static final long RELIED_NANOS_MAX = 250_000_000;

    private static final int RELIED_PART = 8;

    private final TagKey tag;
    private final String change;
    private final String space;
    private final long begunNanos;
    private final long windowNanos;
    private final CompletableFuture<?> told;
    private int changes = 1;
    private boolean isEnded;

    /**
     * With one change in it.
     *
     * @param change names it in Redis
     * @param space the keys that Redis had when it was told
     * @param begunNanos before it was told
     * @param told complete without failure when Redis has confirmed it
     */
    TagFreeze(TagKey tag, String change, String space, long begunNanos, long windowNanos, CompletableFuture<?> told) {
        this.tag = tag;
        this.change = change;
        this.space = space;
        this.begunNanos = begunNanos;
        this.windowNanos = windowNanos;
        this.told = told;
    }

    TagKey tag() {
        return tag;
    }

    String change() {
        return change;
    }

    CompletableFuture<?> told() {
        return told;
    }

    /** Whether one more change is in it now, until it leaves. */
    synchronized boolean join(String presentSpace, long nowNanos) {
        boolean isJoined = !isEnded
                && !told.isCompletedExceptionally()
                && space.equals(presentSpace)
                && nowNanos - begunNanos < reliedNanos() / 2;
        if (isJoined) {
            changes++;
        }
        return isJoined;
    }

    /** Whether a change may begin to commit. Otherwise its tag is to be frozen again. */
    boolean isReliable(long nowNanos) {
        return nowNanos - begunNanos < reliedNanos();
    }

    private long reliedNanos() {
        return Math.min(windowNanos / RELIED_PART, RELIED_NANOS_MAX);
    }

    /** A change has ended. Whether Redis is to be told: it was the last, or the freeze has not covered it to its end. */
    synchronized boolean leave(long nowNanos) {
        changes--;
        return changes == 0 || isOver(nowNanos);
    }

    /** Whether it ends now, so that nobody joins any more; not while changes have joined since the last one left. */
    synchronized boolean end(long nowNanos) {
        isEnded |= changes == 0 || isOver(nowNanos);
        return isEnded;
    }

    synchronized boolean isEnded() {
        return isEnded;
    }

    private boolean isOver(long nowNanos) {
        return nowNanos - begunNanos >= windowNanos;
    }
}
