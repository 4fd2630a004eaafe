package org.holdfast.health;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeFacts;

/** What a probe of one node brought. */
sealed interface ProbeResult {
    /** The node did not answer as it should. */
    static ProbeResult failed(String reason) {
        return new Failed(reason);
    }

    /**
     * The node answered.
     *
     * @param position written (head) or replayed (replica) so far
     * @param logicalPosition how far the failover cluster has confirmed this head's log; only from a head that feeds one
     * @param following how far this head has applied the other cluster's log; empty unless it follows it with every table
     * @param epochs what this head knows of the switches, newest first; empty before the schema is there, and from replicas
     * @param facts only from a deep check
     */
    record Answered(
            LogPosition position,
            Optional<LogPosition> logicalPosition,
            Optional<LogPosition> following,
            List<Epoch> epochs,
            Duration responseTime,
            Optional<NodeFacts> facts)
            implements ProbeResult {}

    /** The node did not answer, or answered that it is not what it should be. */
    record Failed(String reason) implements ProbeResult {}
}
