package org.holdfast.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopologyConfigTest {
    private static final NodeId A = new NodeId("a");

    @Test
    void aTopologyNeedsAPrimary() {
        assertThatThrownBy(() -> new TopologyConfig(List.of(), List.of(A)))
                .hasMessageContaining("needs at least one node");
    }

    @Test
    void aNodeHasOnePlace() {
        assertThatThrownBy(() -> new TopologyConfig(List.of(A), List.of(A))).hasMessageContaining("named twice");
        assertThatThrownBy(() -> new TopologyConfig(List.of(A, A), List.of())).hasMessageContaining("named twice");
    }

    @Test
    void onlyReplicasAreFollowedByHeartbeat() {
        NodeId replica = new NodeId("b");
        NodeId other = new NodeId("c");

        assertThat(new TopologyConfig(List.of(A, replica), List.of(), Set.of(replica)).isFollowedByHeartbeat(replica))
                .isTrue();
        assertThatThrownBy(() -> new TopologyConfig(List.of(A, replica), List.of(), Set.of(A)))
                .hasMessageContaining("heartbeat reader a");
        assertThatThrownBy(() -> new TopologyConfig(List.of(A), List.of(replica), Set.of(replica)))
                .hasMessageContaining("heartbeat reader b");
        assertThatThrownBy(() -> new TopologyConfig(List.of(A), List.of(replica), Set.of(other)))
                .hasMessageContaining("heartbeat reader c");
    }

    @Test
    void aNodeNameIsAWord() {
        for (String name : new String[] {"", "1a", "a-b", "a/b", "a".repeat(32)}) {
            assertThatThrownBy(() -> new NodeId(name)).hasMessageContaining("node name '" + name + "'");
        }
    }
}
