package org.holdfast.connection;

import java.time.Duration;

/**
 * Leaves a node alone that could not be connected to several times in a row, then sends one session to try it. Moments are
 * those of {@link System#nanoTime()}. Thread-safe; a closed breaker costs a volatile read.
 */
final class CircuitBreaker {
    private final BreakerConfig config;
    private volatile BreakerState state = BreakerState.CLOSED;
    private volatile int failures;
    private Duration openFor;
    private long tryAtNanos;
    private long failedAtNanos;

    CircuitBreaker(BreakerConfig config) {
        this.config = config;
        this.openFor = config.openFirst();
    }

    BreakerState state() {
        return state;
    }

    /** Whether a session may go to the node; a true of a breaker that is not closed is its trial. */
    boolean tryPass(long nanos) {
        return state == BreakerState.CLOSED || tryTrial(nanos);
    }

    // A trial may end without having connected, so it holds nothing: the next may follow after the same time.
    private synchronized boolean tryTrial(long nanos) {
        if (state == BreakerState.CLOSED) {
            return true;
        }
        if (nanos - tryAtNanos < 0) {
            return false;
        }
        state = BreakerState.HALF_OPEN;
        tryAtNanos = nanos + openFor.toNanos();
        return true;
    }

    /** The node was connected to and answered. True when that closed the breaker. */
    boolean succeeded() {
        return (failures > 0 || state != BreakerState.CLOSED) && close();
    }

    private synchronized boolean close() {
        boolean wasClosed = state == BreakerState.CLOSED;
        failures = 0;
        openFor = config.openFirst();
        state = BreakerState.CLOSED;
        return !wasClosed;
    }

    /** The node could not be connected to. True when that opened the breaker, also after a trial. */
    synchronized boolean failed(long nanos) {
        failedAtNanos = nanos;
        failures = Math.min(failures + 1, config.failures());
        return switch (state) {
            case CLOSED -> failures == config.failures() && open(config.openFirst(), nanos);
            case HALF_OPEN -> open(doubled(), nanos);
            case OPEN -> false;
        };
    }

    private boolean open(Duration duration, long nanos) {
        openFor = duration;
        tryAtNanos = nanos + duration.toNanos();
        state = BreakerState.OPEN;
        return true;
    }

    private Duration doubled() {
        Duration twice = openFor.multipliedBy(2);
        return twice.compareTo(config.openMax()) < 0 ? twice : config.openMax();
    }

    /** Others have seen the node well again: the next session tries it, whatever time is left. */
    synchronized void tryNow(long nanos) {
        tryAtNanos = nanos;
        openFor = config.openFirst();
    }

    /** For how long the node has not failed; meaningless while it never did. */
    synchronized long nanosSinceFailure(long nanos) {
        return nanos - failedAtNanos;
    }

    /** For how long it stays open at most, until a session may try. */
    synchronized Duration openFor() {
        return openFor;
    }
}
