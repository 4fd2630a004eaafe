package org.holdfast.topology;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One node at one instant.
 *
 * @param isHead whether it is the first node of its cluster
 * @param since when it came into its state
 * @param reason why it is in its state, for people; empty while it is up
 * @param position how far its log was written (head) or replayed (replica), in its own cluster's terms
 * @param applied for the head of the other cluster: how far it has applied the writer's log, in the writer's terms; empty
 *     unless it follows the writer with every table
 * @param lag for how long at least it has been behind the head of the writing cluster; empty while unknown
 * @param lagBytes how many bytes of log it is behind the node that feeds it; empty while unknown
 * @param responseTime of the last answered probe
 * @param facts of the last deep check
 */
public record Node(
        NodeId id,
        Cluster cluster,
        boolean isHead,
        NodeState state,
        Instant since,
        String reason,
        Optional<LogPosition> position,
        Optional<LogPosition> applied,
        Optional<Duration> lag,
        OptionalLong lagBytes,
        Optional<Duration> responseTime,
        Optional<NodeFacts> facts) {

    /** Whether work may be sent to it: it answers, or has only just begun not to. */
    public boolean isUsable() {
        return switch (state) {
            case up, suspect -> true;
            case unknown, down -> false;
        };
    }

    public boolean isUp() {
        return state == NodeState.up;
    }
}
