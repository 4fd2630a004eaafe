package org.holdfast.it.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.launcher.NodeName;

/** The two clusters: a head that may take the writes, and the replicas that follow it. */
enum Cluster {
    PRIMARY(NodeName.PRIMARY),
    FAILOVER(NodeName.FAILOVER);

    private final NodeName head;

    Cluster(NodeName head) {
        this.head = head;
    }

    NodeName head() {
        return head;
    }

    List<NodeName> replicas() {
        return switch (this) {
            case PRIMARY -> List.of(NodeName.REPLICA1, NodeName.REPLICA2);
            case FAILOVER -> List.of(NodeName.FAILOVER_REPLICA1);
        };
    }

    /** Head first: a replica that starts wants to find it. */
    List<NodeName> members() {
        return Stream.concat(Stream.of(head), replicas().stream()).toList();
    }

    Cluster other() {
        return this == PRIMARY ? FAILOVER : PRIMARY;
    }

    /** By the name that the API gives it, which is that of its head. */
    static Cluster named(String name) {
        return Arrays.stream(values())
                .filter(cluster -> cluster.head.label().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no cluster is called " + name));
    }

    static List<NodeName> nodes() {
        return Arrays.stream(values())
                .flatMap(cluster -> cluster.members().stream())
                .toList();
    }
}
