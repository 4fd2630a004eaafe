package org.holdfast.health;

import org.holdfast.topology.NodeFacts;

/**
 * Decides at each beat whether a node is to be asked. A probe that hangs is not joined by a second one: from its deadline on
 * every beat counts as missed, so a silent node falls as fast as a refusing one, and holds one thread. Thread-safe.
 */
final class ProbeSchedule {
    /** What to do at a beat. */
    enum Next {
        PROBE,
        OVERDUE,
        WAIT
    }

    private final NodeProbe probe;
    private final HealthConfig config;
    private boolean isRunning;
    private long startedNanos;
    private long nextDeepNanos;
    private boolean isDeep;

    ProbeSchedule(NodeProbe probe, HealthConfig config) {
        this.probe = probe;
        this.config = config;
        this.nextDeepNanos = System.nanoTime();
    }

    /** Claims the next probe when it says {@link Next#PROBE}: {@link #run()} must follow. */
    synchronized Next next(long nanos) {
        if (isRunning) {
            return nanos - startedNanos >= config.probeTimeout().toNanos() ? Next.OVERDUE : Next.WAIT;
        }
        isRunning = true;
        startedNanos = nanos;
        isDeep = nanos - nextDeepNanos >= 0;
        return Next.PROBE;
    }

    ProbeResult run() {
        ProbeResult result = ProbeResult.failed("the probe itself failed");
        try {
            result = probe.ask(isDeep);
            return result;
        } finally {
            ended(result);
        }
    }

    private synchronized void ended(ProbeResult result) {
        isRunning = false;
        // A deep check that failed is due again at once: the node's facts may have changed when it comes back.
        if (result instanceof ProbeResult.Answered answer) {
            if (answer.facts().map(NodeFacts::version).isPresent()) {
                nextDeepNanos = System.nanoTime() + config.deepInterval().toNanos();
            }
        } else {
            nextDeepNanos = System.nanoTime();
        }
    }
}
