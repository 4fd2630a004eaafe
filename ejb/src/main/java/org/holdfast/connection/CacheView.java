package org.holdfast.connection;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * What one session may take from the second-level cache.
 *
 * @param partition whose rows it sees; empty when nothing may be cached
 * @param epoch the epoch that it was routed in
 * @param lagKnownNanos where its node may lack committed changes: when it was chosen, by {@link System#nanoTime}
 * @param mayHaveWritten whether it may read what it has not committed
 * @param readsPast whether it must see the database itself
 * @param since what every process had changed until then must be seen
 */
record CacheView(
        Optional<String> partition,
        long epoch,
        OptionalLong lagKnownNanos,
        boolean mayHaveWritten,
        boolean readsPast,
        SessionTokens.Since since) {
    private static final SessionTokens.Since NOTHING =
            new SessionTokens.Since(OptionalLong.empty(), OptionalLong.empty());

    static CacheView of(
            Topology snapshot,
            Node node,
            AccessIntent intent,
            SessionOptions options,
            SessionTokens.Since since,
            long nowNanos) {
        boolean isHead =
                snapshot.primary().filter(head -> head.id().equals(node.id())).isPresent();
        return new CacheView(
                // Before a head has told the epoch nobody knows which history this is.
                options.tenant().filter(tenant -> snapshot.epoch() > 0).map(UUID::toString),
                snapshot.epoch(),
                isHead ? OptionalLong.empty() : OptionalLong.of(nowNanos),
                // A change is never built upon a cached row.
                intent == AccessIntent.WRITE,
                options.consistency() == Consistency.strong,
                options.consistency() == Consistency.session ? since : NOTHING);
    }
}
