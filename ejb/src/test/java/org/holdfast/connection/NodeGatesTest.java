package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.holdfast.topology.testing.Topologies.primaryWithReplicas;

import java.time.Duration;
import java.util.List;
import org.holdfast.connection.RoutingPolicy.Route;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;
import org.junit.jupiter.api.Test;

class NodeGatesTest {
    private static final GateConfig CONFIG = new GateConfig(
            1,
            1,
            Duration.ofMillis(500),
            Duration.ofMillis(100),
            new BreakerConfig(1, Duration.ofNanos(100), Duration.ofNanos(100)));

    private final RoutingPolicy policy =
            new RoutingPolicy(new RoutingConfig(Duration.ofSeconds(2)), new ReplayedPositions());
    private final Topology topology = primaryWithReplicas(2).topology();
    private final NodeGates gates =
            gates(topology.nodes().stream().map(Node::id).toList());

    private CircuitBreaker breaker(String node) {
        return gate(node).breaker();
    }

    private NodeGate gate(String node) {
        return gates.all().stream()
                .filter(gate -> gate.node().name().equals(node))
                .findFirst()
                .orElseThrow();
    }

    private String read(Consistency consistency, long nanos) {
        return gates.routeRead(topology, nanos, seen -> policy.routeRead(seen, consistency, List.of(), 0))
                .node()
                .id()
                .name();
    }

    @Test
    void readsGoAroundNodesWhoseBreakerIsOpen() {
        assertThat(read(Consistency.eventual, 0)).isEqualTo("replica1");
        breaker("replica1").failed(0);
        assertThat(read(Consistency.eventual, 1)).isEqualTo("replica2");
        breaker("replica2").failed(1);
        assertThat(read(Consistency.eventual, 2)).isEqualTo("primary");
    }

    @Test
    void whenEveryBreakerIsOpenTheNodeThatFailedLongestAgoIsTried() {
        breaker("replica1").failed(3);
        breaker("replica2").failed(1);
        breaker("primary").failed(2);

        assertThat(read(Consistency.eventual, 4)).isEqualTo("replica2");
        assertThat(read(Consistency.strong, 4)).isEqualTo("primary");
    }

    @Test
    void oneReadTriesANodeAgain() {
        breaker("replica1").failed(0);

        assertThat(read(Consistency.eventual, 100)).isEqualTo("replica1");
        assertThat(read(Consistency.eventual, 101)).isEqualTo("replica2");

        gate("replica1").connected();

        assertThat(read(Consistency.eventual, 102)).isEqualTo("replica1");
    }

    @Test
    void writesAreRefusedAtOnceWhileTheWriterIsLeftAlone() {
        breaker("primary").failed(0);

        assertThatThrownBy(() -> gates.routeWrite(topology, 99, policy::routeWrite))
                .isInstanceOfSatisfying(NothingHappenedException.class, refused -> {
                    assertThat(refused.category()).isEqualTo(ErrorCategory.CONNECTION);
                    assertThat(refused.isRetryable()).isTrue();
                    assertThat(refused.isWorthAnotherAttempt()).isTrue();
                });
        Route trial = gates.routeWrite(topology, 100, policy::routeWrite);
        assertThat(trial.node().id().name()).isEqualTo("primary");
    }

    @Test
    void whatThePolicyRefusesStaysRefused() {
        assertThatThrownBy(() -> gates.routeRead(topology, 0, seen -> {
                    throw new RefusedException(ErrorCategory.IN_DOUBT, "lost");
                }))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void beyondItsLimitANodeTurnsSessionsAway() {
        NodeGate gate = gate("replica1");
        gate.enter();
        gate.enter();

        assertThatThrownBy(gate::enter).isInstanceOfSatisfying(NothingHappenedException.class, busy -> {
            assertThat(busy.isRetryable()).isTrue();
            assertThat(busy.isWorthAnotherAttempt()).isFalse();
            assertThat(busy).hasMessageContaining("2 sessions");
        });

        gate.leave();
        gate.enter();
    }

    @Test
    void afterAWaitInVainNobodyWaitsForThatReplicaForAMoment() {
        long now = System.nanoTime();
        NodeGate gate = gate("replica1");
        assertThat(gate.replayWait(now)).isEqualTo(Duration.ofMillis(100));

        gate.waitedInVain(now);

        assertThat(gate.replayWait(now + Duration.ofMillis(499).toNanos())).isZero();
        assertThat(gate.replayWait(now + Duration.ofMillis(500).toNanos())).isPositive();
        assertThat(gate("replica2").replayWait(now)).isPositive();
    }

    private static NodeGates gates(List<NodeId> nodes) {
        return new NodeGates(nodes, CONFIG, new SilenceWatch(nodes, Duration.ofMillis(100), 0));
    }
}
