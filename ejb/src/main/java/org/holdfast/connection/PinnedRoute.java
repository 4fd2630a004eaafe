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
    private final SessionOptions options;
    private final TimeLimits limits;
    private final String positionQuestion;
    private final NodePass pass;
    private final RouteSettings settings;

    /**
     * A route.
     *
     * @param positionQuestion the expression that tells how far the node is
     */
    PinnedRoute(
            NodePass pass, AccessIntent intent, SessionOptions options, TimeLimits limits, String positionQuestion) {
        this.pass = pass;
        this.intent = intent;
        this.options = options;
        this.limits = limits;
        this.positionQuestion = positionQuestion;
        this.settings = new RouteSettings(this);
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
        return options.tenant();
    }

    /** Who is at work, for the audit's triggers. */
    String caller() {
        return options.origin().setting(options.actor());
    }

    TimeLimits limits() {
        return limits;
    }

    String positionQuestion() {
        return positionQuestion;
    }

    /** What a replica has to have replayed before its first row is read; empty when nothing is asked. */
    Optional<LogPosition> mustHave() {
        return pass.route().mustHave();
    }

    /** What the transaction's connection is told first. */
    RouteSettings settings() {
        return settings;
    }
}
