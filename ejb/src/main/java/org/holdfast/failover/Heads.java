package org.holdfast.failover;

import java.util.Optional;
import org.holdfast.topology.Cluster;
import org.jspecify.annotations.Nullable;

/** The heads of both clusters, as far as there are two. Thread-safe. */
final class Heads {
    private final Head primary;
    private final @Nullable Head failover;

    Heads(Head primary, @Nullable Head failover) {
        this.primary = primary;
        this.failover = failover;
    }

    Optional<Head> of(Cluster cluster) {
        return Optional.ofNullable(cluster == Cluster.primary ? primary : failover);
    }

    boolean areTwo() {
        return failover != null;
    }
}
