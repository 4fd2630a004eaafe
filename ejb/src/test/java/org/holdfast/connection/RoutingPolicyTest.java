package org.holdfast.connection;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.holdfast.topology.testing.Topologies.primaryWithReplicas;

import java.util.Optional;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RoutingPolicyTest {
    private static final ConsistencyToken REPLAYED = new ConsistencyToken(1, LogPosition.parse("0/FFFFFF"));
    private static final ConsistencyToken NEWER = new ConsistencyToken(1, LogPosition.parse("0/1000001"));

    private final RoutingPolicy policy = new RoutingPolicy(new RoutingConfig(ofSeconds(2)));

    private String read(Topology topology, Consistency consistency, ConsistencyToken... token) {
        return policy.routeRead(topology, consistency, Optional.ofNullable(token.length == 0 ? null : token[0]), 0)
                .id()
                .name();
    }

    @Nested
    class ReadsOfAHealthyCluster {
        private final Topology topology =
                primaryWithReplicas(2).andFailoverWithReplicas(1).topology();

        @Test
        void goToAReplica() {
            assertThat(read(topology, Consistency.eventual)).isEqualTo("replica1");
            assertThat(read(topology, Consistency.session)).isEqualTo("replica1");
        }

        @Test
        void goToThePrimaryWhenStrong() {
            assertThat(read(topology, Consistency.strong)).isEqualTo("primary");
        }

        @Test
        void goToAReplicaThatIsKnownToHaveTheToken() {
            assertThat(read(topology, Consistency.session, REPLAYED)).isEqualTo("replica1");
        }

        @Test
        void goToThePrimaryWhenNoReplicaIsKnownToHaveTheToken() {
            assertThat(read(topology, Consistency.session, NEWER)).isEqualTo("primary");
        }

        @Test
        void ignoreTheTokenWhenEventual() {
            assertThat(read(topology, Consistency.eventual, NEWER)).isEqualTo("replica1");
        }

        @Test
        void goToThePrimaryWithATokenOfAnotherEpoch() {
            assertThat(read(topology, Consistency.session, new ConsistencyToken(2, LogPosition.parse("0/1"))))
                    .isEqualTo("primary");
        }

        @Test
        void ofOneCallerStayOnOneReplica() {
            for (int affinity : new int[] {7, -7, Integer.MIN_VALUE}) {
                Node first = policy.routeRead(topology, Consistency.session, Optional.empty(), affinity);
                assertThat(policy.routeRead(topology, Consistency.session, Optional.empty(), affinity))
                        .isEqualTo(first);
            }
            assertThat(policy.routeRead(topology, Consistency.session, Optional.empty(), 1)
                            .id()
                            .name())
                    .isEqualTo("replica2");
        }
    }

    @Test
    void readsGoToThePrimaryWhenEveryReplicaLags() {
        Topology topology = primaryWithReplicas(2)
                .lagging("replica1", ofSeconds(9))
                .lagging("replica2", ofSeconds(3))
                .topology();

        assertThat(read(topology, Consistency.eventual)).isEqualTo("primary");
    }

    @Test
    void readsGoOnWhileThePrimaryIsDown() {
        Topology topology = primaryWithReplicas(1).in("primary", NodeState.down).topology();

        assertThat(read(topology, Consistency.session)).isEqualTo("replica1");
        assertThatThrownBy(() -> read(topology, Consistency.strong)).isInstanceOf(NothingHappenedException.class);
    }

    @Test
    void onlyEventualReadsGoToTheOtherCluster() {
        Topology topology = primaryWithReplicas(0)
                .andFailoverWithReplicas(0)
                .in("primary", NodeState.down)
                .topology();

        assertThat(read(topology, Consistency.eventual)).isEqualTo("failover");
        assertThatThrownBy(() -> read(topology, Consistency.session)).isInstanceOf(NothingHappenedException.class);
    }

    @Test
    void theRefusalTellsEveryNodeAndForHowLong() {
        Topology topology = primaryWithReplicas(1)
                .in("primary", NodeState.down)
                .lagging("replica1", ofSeconds(9))
                .topology();

        assertThatThrownBy(() -> policy.routeWrite(topology))
                .isInstanceOf(NothingHappenedException.class)
                .hasMessage("no node takes writes: primary down for 31.0 s, replica1 9.0 s behind");
    }

    /** Every mix of states, lags and wishes over one primary, two replicas and a failover. */
    @Test
    void noMixSendsAWriteToAReplicaOrAnythingToANodeThatIsDown() {
        for (NodeState primary : NodeState.values()) {
            for (NodeState one : NodeState.values()) {
                for (NodeState two : NodeState.values()) {
                    for (int lag : new int[] {0, 2, 3}) {
                        check(primaryWithReplicas(2)
                                .andFailoverWithReplicas(0)
                                .in("primary", primary)
                                .in("replica1", one)
                                .in("replica2", two)
                                .lagging("replica2", ofSeconds(lag))
                                .topology());
                    }
                }
            }
        }
    }

    private void check(Topology topology) {
        if (topology.primary().orElseThrow().isUsable()) {
            assertThat(policy.routeWrite(topology).id().name()).isEqualTo("primary");
        } else {
            assertThatThrownBy(() -> policy.routeWrite(topology)).isInstanceOf(NothingHappenedException.class);
        }
        for (Consistency consistency : Consistency.values()) {
            for (ConsistencyToken token : new ConsistencyToken[] {REPLAYED, NEWER}) {
                checkRead(topology, consistency, token);
            }
        }
    }

    private void checkRead(Topology topology, Consistency consistency, ConsistencyToken token) {
        Node node;
        try {
            node = policy.routeRead(topology, consistency, Optional.of(token), 1);
        } catch (NothingHappenedException none) {
            assertThat(topology.primary().orElseThrow().isUsable()).isFalse();
            return;
        }
        assertThat(node.isUsable()).isTrue();
        if (consistency == Consistency.strong || (consistency == Consistency.session && token.equals(NEWER))) {
            assertThat(node.id().name()).isEqualTo("primary");
        } else if (!node.isHead()) {
            assertThat(node.lag().orElseThrow()).isLessThanOrEqualTo(ofSeconds(2));
        }
        assertThat(policy.routeRead(topology, consistency, Optional.of(token), 1))
                .isEqualTo(node);
    }
}
