package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.topology.testing.Topologies.primaryWithReplicas;

import java.util.OptionalLong;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.holdfast.topology.testing.Topologies;
import org.junit.jupiter.api.Test;

class ImportBrakeTest {
    private static final Topologies BOTH = primaryWithReplicas(1).andFailoverWithReplicas(1);

    private static Topology behind(Topology topology, String name, OptionalLong bytes) {
        return new Topology(
                topology.epochs(),
                topology.nodes().stream()
                        .map(node -> node.id().name().equals(name) ? behind(node, bytes) : node)
                        .toList(),
                topology.at());
    }

    private static Node behind(Node node, OptionalLong bytes) {
        return new Node(
                node.id(),
                node.cluster(),
                node.isHead(),
                node.state(),
                node.since(),
                node.reason(),
                node.position(),
                node.applied(),
                node.lag(),
                bytes,
                node.responseTime(),
                node.facts());
    }

    @Test
    void aStandbyThatIsFarBehindIsWaitedFor() {
        Topology topology = BOTH.topology();

        assertThat(ImportBrake.isFarBehind(topology)).isFalse();
        assertThat(ImportBrake.isFarBehind(behind(topology, "failover", OptionalLong.of(ImportBrake.BEHIND_MAX_BYTES))))
                .isFalse();
        assertThat(ImportBrake.isFarBehind(
                        behind(topology, "failover", OptionalLong.of(ImportBrake.BEHIND_MAX_BYTES + 1))))
                .isTrue();
    }

    @Test
    void onlyAStandbyThatFollowsIs() {
        OptionalLong far = OptionalLong.of(Long.MAX_VALUE);

        assertThat(ImportBrake.isFarBehind(primaryWithReplicas(1).topology())).isFalse();
        assertThat(ImportBrake.isFarBehind(behind(BOTH.topology(), "failover", OptionalLong.empty())))
                .isFalse();
        assertThat(ImportBrake.isFarBehind(behind(BOTH.topology(), "replica1", far)))
                .isFalse();
        assertThat(ImportBrake.isFarBehind(behind(
                        primaryWithReplicas(1)
                                .andFailoverWithReplicas(1)
                                .in("failover", NodeState.down)
                                .topology(),
                        "failover",
                        far)))
                .isFalse();
    }
}
