package org.holdfast.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.driver.NodeConnections;
import org.holdfast.topology.NodeId;

/**
 * How many connections of a node's pool are in use and how many sessions wait for one, counted where they are taken. Warns of
 * long waits, once a second at most. Thread-safe.
 */
final class PoolUse {
    /** Where connections come from. */
    interface Pool {
        Connection open() throws SQLException;
    }

    private static final Logger LOG = Logger.getLogger(PoolUse.class.getName());

    private final NodeId node;
    private final int max;
    private final long warnNanos;
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LogLimit warnings = new LogLimit(Duration.ofSeconds(1));

    PoolUse(NodeId node, int max, Duration waitWarn) {
        this.node = node;
        this.max = max;
        this.warnNanos = waitWarn.toNanos();
    }

    /** Takes a connection; {@link #release} must follow once it is back in the pool. */
    Connection acquire(Pool pool) throws SQLException {
        long begun = System.nanoTime();
        waiting.incrementAndGet();
        boolean isAcquired = false;
        try {
            Connection connection = pool.open();
            isAcquired = true;
            active.incrementAndGet();
            return connection;
        } finally {
            waiting.decrementAndGet();
            waited(begun, System.nanoTime(), isAcquired);
        }
    }

    void release() {
        active.decrementAndGet();
    }

    private void waited(long begun, long now, boolean isAcquired) {
        boolean isRefused = !isAcquired && isExhausted();
        if (!isRefused && now - begun < warnNanos) {
            return;
        }
        OptionalInt untold = warnings.admit(now);
        if (untold.isPresent()) {
            LOG.log(
                    Level.WARNING,
                    () -> "a session waited " + Duration.ofNanos(now - begun).toMillis()
                            + " ms for a connection to " + node + (isAcquired ? "" : " and got none")
                            + ": " + this + LogLimit.more(untold.getAsInt()));
        }
    }

    /** Whether every connection that the pool may have is in use. */
    boolean isExhausted() {
        return active.get() >= max;
    }

    int active() {
        return active.get();
    }

    /** Includes those whose connection is being opened or validated at this moment. */
    int waiting() {
        return waiting.get();
    }

    int idle() {
        return Math.max(0, NodeConnections.count(node.name()) - active.get());
    }

    int max() {
        return max;
    }

    @Override
    public String toString() {
        return active() + " active, " + idle() + " idle, " + waiting() + " waiting, " + max + " at most";
    }
}
