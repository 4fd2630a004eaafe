package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.RoutingPolicy.Route;

/** Follows sessions from begin to end, and tells metrics and log of them. Thread-safe. */
@ApplicationScoped
class SessionJournal {
    private static final Logger LOG = Logger.getLogger(SessionJournal.class.getName());

    @Inject
    NodeGates gates;

    @Inject
    OpenSessions open;

    @Inject
    SessionMetrics metrics;

    @Inject
    SessionLog log;

    SessionTrace begin(AccessIntent intent) {
        return new SessionTrace(intent, System.nanoTime());
    }

    NodePass enter(Route route, SessionTrace trace) {
        return NodePass.enter(gates.gate(route.node().id()), route, trace, open);
    }

    void retried(SessionException failure) {
        metrics.retried(failure.category());
    }

    void committed(SessionTrace trace) {
        tell(trace.ended(Optional.empty(), System.nanoTime()));
    }

    void failed(SessionTrace trace, RuntimeException failure) {
        tell(trace.ended(Optional.of(failure), System.nanoTime()));
    }

    // Whatever may be wrong with metrics or log, a session that committed has committed.
    private void tell(SessionEnded ended) {
        try {
            metrics.ended(ended);
            log.ended(ended);
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "the end of a session could not be noted", failure);
        }
    }
}
