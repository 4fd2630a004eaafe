package org.holdfast.connection;

import java.util.Optional;
import java.util.UUID;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeId;

/** The node of the current transaction and what its connection must be told first. Confined to the transaction's thread. */
final class PinnedRoute {
    /** Under this key the transaction carries its route. */
    static final Object KEY = PinnedRoute.class.getName();

    private final NodeId node;
    private final AccessIntent intent;
    private final Optional<UUID> tenant;
    private final Optional<LogPosition> mustHave;
    private boolean isPrepared;

    /**
     * A route.
     *
     * @param mustHave what a replica has to have replayed before its first row is read; empty when nothing is asked
     */
    PinnedRoute(NodeId node, AccessIntent intent, Optional<UUID> tenant, Optional<LogPosition> mustHave) {
        this.node = node;
        this.intent = intent;
        this.tenant = tenant;
        this.mustHave = mustHave;
    }

    NodeId node() {
        return node;
    }

    AccessIntent intent() {
        return intent;
    }

    Optional<UUID> tenant() {
        return tenant;
    }

    Optional<LogPosition> mustHave() {
        return mustHave;
    }

    /** True the first time only. */
    boolean claimPreparation() {
        boolean isFirst = !isPrepared;
        isPrepared = true;
        return isFirst;
    }
}
