package org.holdfast.failover;

import java.util.Optional;
import org.holdfast.topology.Cluster;
import org.jspecify.annotations.Nullable;

/** The heads of both clusters, as far as there are two. Thread-safe. */
final class Heads {
    private final HeadControl primary;
    private final @Nullable HeadControl failover;

    Heads(HeadControl primary, @Nullable HeadControl failover) {
        this.primary = primary;
        this.failover = failover;
    }

    Optional<HeadControl> of(Cluster cluster) {
        return Optional.ofNullable(cluster == Cluster.primary ? primary : failover);
    }

    boolean areTwo() {
        return failover != null;
    }
}
