package org.holdfast.memory;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * Keeps an import from running away from the standby, which takes in with one process what several wrote, vector index included. Log
 * that it has yet to take in is kept for it up to {@code max_slot_wal_keep_size}; with more it would have to be copied anew.
 */
@Dependent
class ImportBrake {
    static final long BEHIND_MAX_BYTES = 128L << 20;

    // A request has an end; several chunks a minute are no danger to anybody.
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final CurrentTopology topology;

    @Inject
    ImportBrake(CurrentTopology topology) {
        this.topology = topology;
    }

    /** Waits, at most ten seconds, while the standby is far behind; an interrupt ends it. */
    void await() {
        long begun = System.nanoTime();
        while (isFarBehind(topology.get())
                && System.nanoTime() - begun < WAIT_MAX.toNanos()
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /** Whether a standby that follows has more to take in than is good. One that does not follow is not waited for. */
    static boolean isFarBehind(Topology now) {
        return now.head(now.writer().other())
                .filter(Node::isUp)
                .filter(standby ->
                        standby.lagBytes().isPresent() && standby.lagBytes().getAsLong() > BEHIND_MAX_BYTES)
                .isPresent();
    }
}
