package org.holdfast.connection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.topology.NodeId;

/** The way to one node: its breaker, its pool, and how many sessions may be on their way at once. Thread-safe. */
final class NodeGate {
    private static final Logger LOG = Logger.getLogger(NodeGate.class.getName());
    private static final Duration REPLAY_NOT_AWAITED = Duration.ofMillis(500);

    private final NodeId node;
    private final int sessionsMax;
    private final AtomicInteger sessions = new AtomicInteger();
    private final CircuitBreaker breaker;
    private final PoolUse pool;
    private final Duration replicaWait;
    // While it lies ahead, nobody waits for this replica. Beginning in the present: any moment before would do.
    private volatile long replayAwaitedFromNanos = System.nanoTime();

    NodeGate(NodeId node, GateConfig config) {
        this.node = node;
        this.sessionsMax = config.sessionsMax();
        this.breaker = new CircuitBreaker(config.breaker());
        this.pool = new PoolUse(node, config.poolSize(), config.waitWarn());
        this.replicaWait = config.replicaWait();
    }

    NodeId node() {
        return node;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    PoolUse pool() {
        return pool;
    }

    /** One more session; {@link #leave} must follow. Waiting would only move the queue into the server's threads. */
    void enter() {
        if (sessions.incrementAndGet() > sessionsMax) {
            sessions.decrementAndGet();
            throw NothingHappenedException.busy(
                    "node " + node + " is busy: " + sessionsMax + " sessions are at work on it or wait");
        }
    }

    void leave() {
        sessions.decrementAndGet();
    }

    /** How long a read may wait here for what it must show; no longer than it takes others who want a connection to come. */
    Duration replayWait(long nanos) {
        return nanos - replayAwaitedFromNanos < 0 || pool.isExhausted() ? Duration.ZERO : replicaWait;
    }

    /** A read waited for nothing: those that follow at once would too. */
    void waitedInVain(long nanos) {
        replayAwaitedFromNanos = nanos + REPLAY_NOT_AWAITED.toNanos();
    }

    void connected() {
        if (breaker.succeeded()) {
            LOG.log(Level.INFO, "the breaker of node {0} is closed: it could be connected to again", node);
        }
    }

    void couldNotConnect(String sqlState, long nanos) {
        if (breaker.failed(nanos)) {
            LOG.log(
                    Level.WARNING,
                    "the breaker of node {0} is open for {1} ms: it could not be connected to, SQLSTATE {2}",
                    new Object[] {node, breaker.openFor().toMillis(), sqlState.isEmpty() ? "none" : sqlState});
        }
    }
}
