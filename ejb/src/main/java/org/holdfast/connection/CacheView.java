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
 * @param mayLag whether its node may lack committed changes
 * @param isPast whether it reads past the cache
 * @param mustKnowSince what every process had changed until then must be seen, by {@link System#nanoTime}
 */
record CacheView(Optional<String> partition, long epoch, boolean mayLag, boolean isPast, OptionalLong mustKnowSince) {

    static CacheView of(
            Topology snapshot, Node node, AccessIntent intent, SessionOptions options, OptionalLong mustKnowSince) {
        boolean isHead =
                snapshot.primary().filter(head -> head.id().equals(node.id())).isPresent();
        return new CacheView(
                // Before a head has told the epoch nobody knows which history this is.
                options.tenant().filter(tenant -> snapshot.epoch() > 0).map(UUID::toString),
                snapshot.epoch(),
                !isHead,
                // A change is never built upon a cached row.
                intent == AccessIntent.WRITE || options.consistency() == Consistency.strong,
                options.consistency() == Consistency.session ? mustKnowSince : OptionalLong.empty());
    }
}
