package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.holdfast.shared.CallerMarks;
import org.holdfast.shared.WriteMark;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * What a caller wrote on any instance, so that one who sends no token reads its own writes wherever it is served. Without
 * Redis each instance goes by its {@link SessionTokens}. Thread-safe.
 */
@ApplicationScoped
class SharedTokens {
    @Inject
    CallerMarks marks;

    @Inject
    SessionTokens local;

    /** What a read asks for, once it is known what its caller wrote elsewhere; the same when there is nothing to add. */
    SessionOptions of(SessionOptions asked, Topology topology) {
        if (asked.tenant().isEmpty()
                || asked.consistency() != Consistency.session
                || asked.token().isPresent()) {
            return asked;
        }
        Optional<ConsistencyToken> written = local.written(asked);
        if (marks.isAlone() && written.isPresent()) {
            return asked;
        }
        return marks.of(key(asked))
                .map(known -> of(asked, topology, written, known))
                .orElse(asked);
    }

    private static SessionOptions of(
            SessionOptions asked, Topology topology, Optional<ConsistencyToken> written, CallerMarks.Known known) {
        Optional<ConsistencyToken> mark =
                known.mark().map(at -> new ConsistencyToken(at.epoch(), new LogPosition(at.position())));
        // Nothing is known when nothing was written, and when Redis lost it; and of a later epoch this instance has not
        // heard yet. The head has everything.
        if (mark.isEmpty() || mark.get().epoch() > topology.epoch()) {
            return topology.primary().filter(Node::isUp).isPresent() ? asked.with(Consistency.strong) : asked;
        }
        return written.filter(own -> !own.isBefore(mark.get())).isPresent() ? asked : asked.with(mark.get());
    }

    /** The caller has read the head in place of what was not known: from now on that is known of it. */
    void readHead(SessionOptions caller) {
        local.read(caller).ifPresent(read -> written(caller, read));
    }

    /** The caller has written up to there, or read all of it. */
    void written(SessionOptions caller, ConsistencyToken token) {
        if (caller.tenant().isPresent()) {
            marks.wrote(
                    key(caller), new WriteMark(token.epoch(), token.position().bytes()));
        }
    }

    /** Nothing of what the caller wrote before this epoch counts any more. */
    void forget(SessionOptions caller, long epoch) {
        written(caller, new ConsistencyToken(epoch, new LogPosition(0)));
    }

    private static String key(SessionOptions caller) {
        return caller.tenant().map(Object::toString).orElse("") + " " + caller.actor();
    }
}
