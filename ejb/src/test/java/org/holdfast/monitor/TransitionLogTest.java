package org.holdfast.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyChanged;
import org.holdfast.topology.testing.Topologies;
import org.junit.jupiter.api.Test;

class TransitionLogTest {
    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");

    private static Topology topology(long epoch, Cluster writer, NodeState state, String reason) {
        Node node = new Node(
                new NodeId("primary"),
                Cluster.primary,
                true,
                state,
                NOW,
                reason,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty());
        return new Topology(List.of(Topologies.epoch(epoch, writer)), List.of(node), NOW);
    }

    @Test
    void aNodeThatWentDownIsKeptWithItsReason() {
        TransitionLog log = new TransitionLog();

        log.onChange(new TopologyChanged(
                topology(1, Cluster.primary, NodeState.up, ""),
                topology(1, Cluster.primary, NodeState.down, "no answer within 1 s")));

        assertThat(log.newestFirst())
                .containsExactly(new Transition(NOW, "primary", "up", "down", "no answer within 1 s", 1));
    }

    @Test
    void aSwitchOfTheWriterIsKeptWithItsEpoch() {
        assertThat(TransitionLog.between(
                        topology(1, Cluster.primary, NodeState.up, ""),
                        topology(2, Cluster.failover, NodeState.up, "")))
                .containsExactly(new Transition(NOW, null, "primary", "failover", "the writer changed", 2));
    }

    @Test
    void onlyTheNewestAreKept() {
        TransitionLog log = new TransitionLog();
        Topology up = topology(1, Cluster.primary, NodeState.up, "");
        Topology down = topology(1, Cluster.primary, NodeState.down, "x");

        for (int i = 0; i < 150; i++) {
            log.onChange(i % 2 == 0 ? new TopologyChanged(up, down) : new TopologyChanged(down, up));
        }

        assertThat(log.newestFirst()).hasSize(100);
        assertThat(log.newestFirst().get(0).to()).isEqualTo("up");
    }
}
