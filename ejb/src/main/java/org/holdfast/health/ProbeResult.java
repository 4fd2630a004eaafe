package org.holdfast.health;

import java.time.Duration;
import java.util.Optional;
import org.holdfast.topology.Cluster;
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
     * @param writer the newest switch this head knows; empty before the schema is there, and from replicas
     * @param facts only from a deep check
     */
    record Answered(
            LogPosition position,
            Optional<LogPosition> logicalPosition,
            Optional<Writer> writer,
            Duration responseTime,
            Optional<NodeFacts> facts)
            implements ProbeResult {}

    /** Which cluster takes the writes since which epoch. */
    record Writer(long epoch, Cluster cluster) {}

    /** The node did not answer, or answered that it is not what it should be. */
    record Failed(String reason) implements ProbeResult {}
}
