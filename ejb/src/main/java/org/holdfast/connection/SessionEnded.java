package org.holdfast.connection;

import java.time.Duration;
import java.util.Optional;
import org.holdfast.topology.NodeId;

/**
 * The life of a session, all its attempts together. It names no tenant, no caller and no value.
 *
 * @param node of the last attempt; empty when no node could be chosen
 * @param category of the failure; empty after a commit and after an exception of the work's own
 * @param sqlState the last answer of PostgreSQL to a session that failed; may be empty
 * @param epoch as known when the last attempt began
 * @param attempts 1 or more
 * @param connectionWait how long it waited for connections in all
 * @param duration from the call to its end, with the wait for durability
 */
public record SessionEnded(
        Optional<NodeId> node,
        AccessIntent intent,
        SessionOutcome outcome,
        Optional<ErrorCategory> category,
        String sqlState,
        long epoch,
        int attempts,
        Duration connectionWait,
        Duration duration) {}
