package org.holdfast.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.holdfast.connection.RoutingPolicy.Route;
import org.holdfast.topology.NodeId;

/**
 * One attempt of a session on a node: it has entered the node's gate, and knows since when it holds a connection. Used by the
 * session's thread alone; {@link #heldFor} and {@link #where} by any.
 */
final class NodePass implements AutoCloseable {
    private final NodeGate gate;
    private final Route route;
    private final SessionTrace trace;
    private final OpenSessions open;
    // A session begins and ends within one call, so wherever its thread is now, the beginning is on the stack:
    // nothing has to be captured while all is well.
    private final Thread thread = Thread.currentThread();
    private final long enteredNanos = System.nanoTime();
    private volatile boolean isHolding;
    private boolean isNodeAsked;
    private volatile long heldSinceNanos;

    private NodePass(NodeGate gate, Route route, SessionTrace trace, OpenSessions open) {
        this.gate = gate;
        this.route = route;
        this.trace = trace;
        this.open = open;
    }

    /**
     * Enters the gate of a route's node.
     *
     * @throws NothingHappenedException (connection) when too many sessions are there already
     */
    static NodePass enter(NodeGate gate, Route route, SessionTrace trace, OpenSessions open) {
        gate.enter();
        NodePass pass = new NodePass(gate, route, trace, open);
        open.add(pass);
        return pass;
    }

    NodeId node() {
        return gate.node();
    }

    Route route() {
        return route;
    }

    SessionTrace trace() {
        return trace;
    }

    Connection acquire(PoolUse.Pool pool) throws SQLException {
        if (isHolding) {
            return pool.open(); // the pool gives the transaction the connection that it has already
        }
        isNodeAsked = true;
        trace.asked(gate.node());
        long begun = System.nanoTime();
        try {
            Connection connection = gate.pool().acquire(pool);
            heldSinceNanos = System.nanoTime();
            isHolding = true;
            return connection;
        } catch (SQLException refused) {
            // An exhausted pool says nothing of its node.
            if (!gate.pool().isExhausted()) {
                couldNotConnect(refused);
            }
            throw refused;
        } finally {
            trace.waited(System.nanoTime() - begun);
        }
    }

    /** Whether a connection to the node was wanted: what the cache answers costs none. */
    boolean isNodeAsked() {
        return isNodeAsked;
    }

    /** How long the session may wait until the node has replayed what it must show. */
    Duration replayWait() {
        return gate.replayWait(System.nanoTime());
    }

    /** It waited for as long, and the node had not. */
    void waitedInVain() {
        gate.waitedInVain(System.nanoTime());
    }

    /** The node answered to the connection's first statement. */
    void connected() {
        gate.connected();
    }

    /** It did not. */
    void couldNotConnect(SQLException failure) {
        if (ErrorClassifier.isUnreachable(failure)) {
            gate.couldNotConnect(ErrorClassifier.sqlStateOf(failure), System.nanoTime());
        }
    }

    /** The transaction has ended, and with it the use of its connection. */
    void release() {
        if (isHolding) {
            isHolding = false;
            gate.pool().release();
        }
    }

    /** For how long a connection has been held; zero when none is. */
    Duration heldFor(long nanos) {
        return isHolding ? Duration.ofNanos(nanos - heldSinceNanos) : Duration.ZERO;
    }

    /** Since the session began, all attempts together. */
    Duration age(long nanos) {
        return trace.age(nanos);
    }

    Duration attemptAge(long nanos) {
        return Duration.ofNanos(nanos - enteredNanos);
    }

    /** The stack of the session's thread: where it is now, and further down where the session began. */
    String where() {
        StringBuilder text = new StringBuilder("thread ").append(thread.getName());
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n\tat ").append(frame);
        }
        return text.toString();
    }

    @Override
    public void close() {
        release();
        open.remove(this);
        gate.leave();
    }
}
