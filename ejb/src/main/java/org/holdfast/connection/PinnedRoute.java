package org.holdfast.connection;

import java.util.Optional;
import java.util.UUID;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeId;

/** The node of the current transaction and what its connection must be told first. Confined to the transaction's thread. */
final class PinnedRoute {
    /** Under this key the transaction carries its route. */
    static final Object KEY = PinnedRoute.class.getName();

    private final AccessIntent intent;
    private final Optional<UUID> tenant;
    private final Optional<LogPosition> mustHave;
    private final NodePass pass;
    private boolean isPrepared;

    /**
     * A route.
     *
     * @param mustHave what a replica has to have replayed before its first row is read; empty when nothing is asked
     */
    PinnedRoute(NodePass pass, AccessIntent intent, Optional<UUID> tenant, Optional<LogPosition> mustHave) {
        this.pass = pass;
        this.intent = intent;
        this.tenant = tenant;
        this.mustHave = mustHave;
    }

    NodeId node() {
        return pass.node();
    }

    NodePass pass() {
        return pass;
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
