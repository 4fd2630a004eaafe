package org.holdfast.cache.guard;

/**
 * Whether Redis, and the messages that come through it, may be believed: the circuit breaker. Trust is granted by a probe
 * whose own message came back, for a short lease, and is withdrawn at once by a lost connection or by consecutive failures.
 * A probe that began before trust was withdrawn grants nothing. Thread-safe.
 */
public final class Trust {
    private final int failuresMax;
    private final long leaseNanos;

    private volatile boolean granted;
    private volatile long grantedNanos;
    private volatile long heardNanos;
    private boolean hasAnyArrived;
    private volatile int failures;
    private long withdrawals;

    /**
     * @param failuresMax consecutive failures that withdraw it, at least 1
     * @param leaseNanos how long one probe is good for
     */
    public Trust(int failuresMax, long leaseNanos) {
        this.failuresMax = failuresMax;
        this.leaseNanos = leaseNanos;
    }

    public boolean holds(long nowNanos) {
        return granted && nowNanos - grantedNanos < leaseNanos;
    }

    /**
     * Whether every message that was sent before this moment has arrived: the message of a later probe came back, and they
     * arrive in order.
     */
    public boolean covers(long nanos) {
        return granted && grantedNanos - nanos >= 0;
    }

    /** The same, and a message between two probes counts too: messages are believed, whatever else a probe looks into. */
    public boolean hasHeard(long nanos) {
        return granted && heardNanos - nanos >= 0;
    }

    /** Whether it was granted and not withdrawn since, be the lease over or not. */
    public boolean isGranted() {
        return granted;
    }

    /** To be read before a probe, and given to {@link #grant}. */
    public synchronized long withdrawals() {
        return withdrawals;
    }

    /**
     * A probe that was sent at this moment was answered, and its message came back.
     *
     * @param withdrawalsBefore what {@link #withdrawals} said before the probe
     * @return whether it holds now
     */
    public synchronized boolean grant(long probeSentNanos, long withdrawalsBefore) {
        if (withdrawals != withdrawalsBefore) {
            return false;
        }
        failures = 0;
        grantedNanos = probeSentNanos;
        arrived(probeSentNanos);
        granted = true;
        return true;
    }

    /**
     * A message that was sent at this moment came back.
     *
     * @param withdrawalsBefore what {@link #withdrawals} said before it was sent
     */
    public synchronized void heard(long sentNanos, long withdrawalsBefore) {
        if (granted && withdrawals == withdrawalsBefore) {
            arrived(sentNanos);
        }
    }

    private void arrived(long sentNanos) {
        if (!hasAnyArrived || sentNanos - heardNanos > 0) {
            heardNanos = sentNanos;
            hasAnyArrived = true;
        }
    }

    /** A call was answered in time. */
    public void succeeded() {
        // Read without the lock, because nearly every call ends here.
        if (failures != 0) {
            reset();
        }
    }

    private synchronized void reset() {
        failures = 0;
    }

    /**
     * A call failed or missed its deadline.
     *
     * @return whether that withdrew the trust
     */
    public synchronized boolean failed() {
        int seen = failures + 1;
        failures = seen;
        return seen >= failuresMax && withdraw();
    }

    /**
     * Nothing is believed until a later probe.
     *
     * @return whether it held before
     */
    public synchronized boolean withdraw() {
        boolean held = granted;
        granted = false;
        withdrawals++;
        return held;
    }
}
