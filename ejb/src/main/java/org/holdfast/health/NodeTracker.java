package org.holdfast.health;

import java.time.Instant;
import java.util.Optional;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.TopologyConfig;

/** What is known of one node, and the closed state machine of its health. Not thread-safe. */
final class NodeTracker {
    final NodeId id;
    final Cluster cluster;
    final boolean isHead;
    /** Whether its position is that of the writer's newest beat that it shows, in the writer's terms. */
    final boolean isByHeartbeat;

    private final HealthConfig config;

    private NodeState state = NodeState.unknown;
    private Instant since;
    private String reason = "not probed yet";
    private int missed;
    private int answered;
    private Optional<ProbeResult.Answered> last = Optional.empty();
    private Optional<ProbeResult.Answered> lastDeep = Optional.empty();

    NodeTracker(NodeId id, Cluster cluster, TopologyConfig topology, HealthConfig config, Instant now) {
        this.id = id;
        this.cluster = cluster;
        this.isHead = topology.isHead(id);
        this.isByHeartbeat = topology.isFollowedByHeartbeat(id);
        this.config = config;
        this.since = now;
    }

    void answered(ProbeResult.Answered answer, Instant now) {
        missed = 0;
        answered++;
        last = Optional.of(answer);
        if (answer.facts().isPresent()) {
            lastDeep = last;
        }
        NodeState next = switch (state) {
            case unknown, up, suspect -> NodeState.up;
            case down -> answered >= config.rise() ? NodeState.up : NodeState.down;
        };
        if (next == NodeState.up) {
            reason = "";
        }
        moveTo(next, now);
    }

    void missed(String why, Instant now) {
        answered = 0;
        missed++;
        reason = why;
        moveTo(
                switch (state) {
                    case unknown, down -> NodeState.down;
                    case up, suspect -> missed >= config.fall() ? NodeState.down : NodeState.suspect;
                },
                now);
    }

    private void moveTo(NodeState next, Instant now) {
        if (next != state) {
            state = next;
            since = now;
        }
    }

    NodeState state() {
        return state;
    }

    Instant since() {
        return since;
    }

    String reason() {
        return reason;
    }

    Optional<ProbeResult.Answered> last() {
        return last;
    }

    Optional<ProbeResult.Answered> lastDeep() {
        return lastDeep;
    }
}
