package org.holdfast.connection;

import java.time.Duration;
import java.util.Optional;
import org.holdfast.topology.NodeId;
import org.jspecify.annotations.Nullable;

/** What is noted of a session while it runs. Confined to its thread, but for what never changes. */
final class SessionTrace {
    private final AccessIntent intent;
    private final long begunNanos;
    private @Nullable NodeId node;
    private long epoch;
    private int attempts;
    private long waitNanos;

    SessionTrace(AccessIntent intent, long begunNanos) {
        this.intent = intent;
        this.begunNanos = begunNanos;
    }

    AccessIntent intent() {
        return intent;
    }

    Duration age(long nanos) {
        return Duration.ofNanos(nanos - begunNanos);
    }

    /** Another attempt begins, in the epoch that is known now. */
    void attempt(long knownEpoch) {
        attempts++;
        epoch = knownEpoch;
    }

    /** A connection to this node is wanted. */
    void asked(NodeId wanted) {
        node = wanted;
    }

    void waited(long nanos) {
        waitNanos += nanos;
    }

    /** The whole, when the session has ended. */
    SessionEnded ended(Optional<RuntimeException> failure, long nanos) {
        return new SessionEnded(
                Optional.ofNullable(node),
                intent,
                failure.map(SessionOutcome::of).orElse(SessionOutcome.COMMITTED),
                failure.filter(SessionException.class::isInstance).map(known -> ((SessionException) known).category()),
                failure.map(ErrorClassifier::sqlStateOf).orElse(""),
                epoch,
                attempts,
                Duration.ofNanos(waitNanos),
                age(nanos));
    }
}
