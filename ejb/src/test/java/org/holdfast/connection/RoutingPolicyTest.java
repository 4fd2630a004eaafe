package org.holdfast.connection;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.holdfast.topology.testing.Topologies.primaryWithReplicas;

import java.util.List;
import java.util.Optional;
import org.holdfast.connection.RoutingPolicy.Route;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RoutingPolicyTest {
    private static final ConsistencyToken REPLAYED = new ConsistencyToken(1, LogPosition.parse("0/FFFFFF"));
    private static final ConsistencyToken NEWER = new ConsistencyToken(1, LogPosition.parse("0/1000001"));

    private final ReplayedPositions replayed = new ReplayedPositions();
    private final RoutingPolicy policy = new RoutingPolicy(new RoutingConfig(ofSeconds(2)), replayed);

    private String read(Topology topology, Consistency consistency, ConsistencyToken... token) {
        return policy.routeRead(topology, consistency, List.of(token), 0)
                .node()
                .id()
                .name();
    }

    private Optional<LogPosition> mustHave(Topology topology, ConsistencyToken token) {
        return policy.routeRead(topology, Consistency.session, List.of(token), 0)
                .mustHave();
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
        void askAReplicaThatIsNotKnownToHaveTheToken() {
            assertThat(read(topology, Consistency.session, NEWER)).isEqualTo("replica1");
            assertThat(mustHave(topology, NEWER)).contains(NEWER.position());
            assertThat(mustHave(topology, REPLAYED)).isEmpty();
        }

        @Test
        void askNoReplicaThatToldASessionThatItHasTheToken() {
            replayed.learn(1, new NodeId("replica2"), NEWER.position());

            assertThat(read(topology, Consistency.session, NEWER)).isEqualTo("replica2");
            assertThat(mustHave(topology, NEWER)).isEmpty();
        }

        @Test
        void ignoreTheTokenWhenEventual() {
            assertThat(read(topology, Consistency.eventual, NEWER)).isEqualTo("replica1");
        }

        @Test
        void waitForASwitchThatTheTokenKnowsOf() {
            assertThatThrownBy(() -> read(topology, Consistency.session, new ConsistencyToken(2, REPLAYED.position())))
                    .isInstanceOf(NothingHappenedException.class);
        }

        @Test
        void ofOneCallerStayOnOneReplica() {
            for (int affinity : new int[] {7, -7, Integer.MIN_VALUE}) {
                Route first = policy.routeRead(topology, Consistency.session, List.of(), affinity);
                assertThat(policy.routeRead(topology, Consistency.session, List.of(), affinity))
                        .isEqualTo(first);
            }
            assertThat(policy.routeRead(topology, Consistency.session, List.of(), 1)
                            .node()
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
    void readsWithoutATokenGoToTheOtherClusterWhenTheirOwnIsGone() {
        Topology topology = primaryWithReplicas(0)
                .andFailoverWithReplicas(0)
                .in("primary", NodeState.down)
                .topology();

        assertThat(read(topology, Consistency.eventual)).isEqualTo("failover");
        assertThat(read(topology, Consistency.session)).isEqualTo("failover");
        assertThatThrownBy(() -> read(topology, Consistency.session, REPLAYED))
                .isInstanceOf(NothingHappenedException.class);
        assertThatThrownBy(() -> read(topology, Consistency.strong)).isInstanceOf(NothingHappenedException.class);
    }

    @Nested
    class AfterASwitchToTheFailover {
        private final LogPosition end = LogPosition.parse("0/500");
        private final LogPosition start = LogPosition.parse("0/900");

        private Topology switched(EpochState state) {
            return primaryWithReplicas(1)
                    .andFailoverWithReplicas(1)
                    .switchedTo(Cluster.failover, state, end, start)
                    .topology();
        }

        @Test
        void theOtherClusterTakesWritesAndReads() {
            assertThat(policy.routeWrite(switched(EpochState.open)).node().id().name())
                    .isEqualTo("failover");
            assertThat(read(switched(EpochState.open), Consistency.session)).isEqualTo("failoverReplica1");
            assertThat(read(switched(EpochState.open), Consistency.strong)).isEqualTo("failover");
        }

        @Test
        void nothingIsWrittenUntilTheEpochIsOpen() {
            for (EpochState state : new EpochState[] {EpochState.claimed, EpochState.closing, EpochState.ended}) {
                assertThatThrownBy(() -> policy.routeWrite(switched(state)))
                        .isInstanceOf(NothingHappenedException.class)
                        .hasMessageContaining("epoch 2 of the failover cluster is " + state);
            }
        }

        @Test
        void aTokenFromBeforeCountsFromTheStartOfTheEpoch() {
            assertThat(read(switched(EpochState.open), Consistency.session, new ConsistencyToken(1, end)))
                    .isEqualTo("failoverReplica1");
        }

        @Test
        void aTokenOfALostWriteIsToldSo() {
            ConsistencyToken lost = new ConsistencyToken(1, LogPosition.parse("0/501"));

            assertThatThrownBy(() -> read(switched(EpochState.open), Consistency.session, lost))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.category()).isEqualTo(ErrorCategory.IN_DOUBT));
        }
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
            assertThat(policy.routeWrite(topology).node().id().name()).isEqualTo("primary");
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
        Route route;
        try {
            route = policy.routeRead(topology, consistency, List.of(token), 1);
        } catch (NothingHappenedException none) {
            assertThat(topology.primary().orElseThrow().isUsable()).isFalse();
            return;
        }
        Node node = route.node();
        assertThat(node.isUsable()).isTrue();
        if (consistency == Consistency.strong) {
            assertThat(node.id().name()).isEqualTo("primary");
        } else if (!node.isHead()) {
            assertThat(node.lag().orElseThrow()).isLessThanOrEqualTo(ofSeconds(2));
        }
        assertThat(route.mustHave().isPresent())
                .isEqualTo(consistency == Consistency.session && token.equals(NEWER) && !node.isHead());
        assertThat(policy.routeRead(topology, consistency, List.of(token), 1)).isEqualTo(route);
    }
}
