package org.holdfast.failover;

import java.util.Optional;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.TopologyConfig;
import org.jspecify.annotations.Nullable;

/** The heads of both clusters, as far as there are two. Thread-safe. */
final class Heads {
    private final HeadControl primary;
    private final @Nullable HeadControl failover;

    Heads(TopologyConfig topology) {
        this.primary = new HeadControl(Cluster.primary, topology.primary().get(0));
        this.failover = topology.failover().isEmpty()
                ? null
                : new HeadControl(Cluster.failover, topology.failover().get(0));
    }

    Optional<HeadControl> of(Cluster cluster) {
        return Optional.ofNullable(cluster == Cluster.primary ? primary : failover);
    }

    boolean areTwo() {
        return failover != null;
    }
}
