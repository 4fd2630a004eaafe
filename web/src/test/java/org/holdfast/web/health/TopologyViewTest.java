package org.holdfast.web.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.holdfast.connection.BreakerState;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeCounters;
import org.holdfast.topology.NodeFacts;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.junit.jupiter.api.Test;

class TopologyViewTest {
    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");

    private static Node node(String name, Cluster cluster, boolean isHead, NodeState state) {
        return new Node(
                new NodeId(name),
                cluster,
                isHead,
                state,
                NOW,
                state == NodeState.down ? "no answer" : "",
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ofMillis(12)),
                OptionalLong.of(34),
                Optional.of(Duration.ofMillis(2)),
                Optional.of(new NodeFacts("15.18", "TLSv1.3", 3, new NodeCounters(9, 1, 0, 0, 0, 0, 0, 1))));
    }

    private static Topology withPrimary(NodeState state) {
        return new Topology(
                List.of(new Epoch(
                        2, Cluster.primary, EpochState.open, Optional.empty(), Optional.empty(), NOW, "for a test")),
                List.of(
                        node("primary", Cluster.primary, true, state),
                        node("replica1", Cluster.primary, false, NodeState.up),
                        node("failover", Cluster.failover, true, NodeState.up)),
                NOW);
    }

    @Test
    void theDatabasesAreUpWhileTheWriterIsUsable() {
        assertThat(TopologyView.brief(withPrimary(NodeState.up)).status()).isEqualTo("UP");
        assertThat(TopologyView.brief(withPrimary(NodeState.suspect)).status()).isEqualTo("UP");
        assertThat(TopologyView.brief(withPrimary(NodeState.down)).status()).isEqualTo("DOWN");
        assertThat(TopologyView.brief(withPrimary(NodeState.unknown)).status()).isEqualTo("DOWN");
    }

    @Test
    void aNodeIsShownWithItsRoleAndNumbers() {
        TopologyView view = TopologyView.brief(withPrimary(NodeState.up));

        assertThat(view.nodes()).extracting(NodeView::role).containsExactly("primary", "replica", "failover");
        assertThat(view.nodes().get(0))
                .isEqualTo(new NodeView(
                        "primary", "primary", "primary", "up", null, null, "15.18", "TLSv1.3", 3, 2L, 12L, 34L, null));
    }

    @Test
    void reasonsAreForOperators() {
        Topology topology = withPrimary(NodeState.down);

        assertThat(TopologyView.brief(topology).reason()).isNull();
        TopologyView full = TopologyView.full(topology, List.of(), node -> BreakerState.HALF_OPEN);
        assertThat(full.reason()).isEqualTo("no answer");
        assertThat(full.since()).isEqualTo(NOW);
        assertThat(full.nodes().get(0).reason()).isEqualTo("no answer");
        assertThat(full.nodes().get(0).breaker()).isEqualTo("half-open");
    }
}
