package org.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeCounters;
import org.holdfast.topology.NodeFacts;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeRole;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyConfig;
import org.holdfast.topology.testing.Topologies;
import org.junit.jupiter.api.Test;

class HealthTrackerTest {
    private static final Instant START = Instant.parse("2026-01-31T10:00:00Z");
    private static final NodeId PRIMARY = new NodeId("primary");
    private static final NodeId REPLICA = new NodeId("replica1");
    private static final NodeId FAILOVER = new NodeId("failover");

    private final HealthTracker tracker = new HealthTracker(
            new TopologyConfig(List.of(PRIMARY, REPLICA), List.of(FAILOVER)),
            new HealthConfig(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(30), 2, 3),
            START);
    private int second;

    private Topology answer(NodeId node, long position, Optional<Long> confirmed, Optional<NodeFacts> facts) {
        return record(
                node,
                new ProbeResult.Answered(
                        new LogPosition(position),
                        confirmed.map(LogPosition::new),
                        node.equals(FAILOVER)
                                ? confirmed.or(() -> Optional.of(0L)).map(LogPosition::new)
                                : Optional.empty(),
                        node.equals(PRIMARY) ? List.of(Topologies.epoch(1, Cluster.primary)) : List.of(),
                        Duration.ofMillis(2),
                        facts));
    }

    private Topology answer(NodeId node, long position) {
        return answer(node, position, Optional.empty(), Optional.empty());
    }

    private Topology miss(NodeId node) {
        return record(node, ProbeResult.failed("connection refused"));
    }

    private Topology record(NodeId node, ProbeResult result) {
        second++;
        return tracker.record(node, result, START.plusSeconds(second), second * 1_000_000_000L);
    }

    private static Node node(Topology topology, NodeId id) {
        return topology.node(id).orElseThrow();
    }

    @Test
    void aNodeThatWasNeverAskedIsUnknownAndNotUsable() {
        Node node = node(tracker.snapshot(START, 0), PRIMARY);

        assertThat(node.state()).isEqualTo(NodeState.unknown);
        assertThat(node.isUsable()).isFalse();
    }

    @Test
    void theFirstAnswerMakesItUpAndTheFirstMissDown() {
        assertThat(node(answer(PRIMARY, 1), PRIMARY).state()).isEqualTo(NodeState.up);
        assertThat(node(miss(REPLICA), REPLICA).state()).isEqualTo(NodeState.down);
    }

    @Test
    void itFallsAfterThreeMissesAndRisesAfterTwoAnswers() {
        answer(REPLICA, 1);

        assertThat(node(miss(REPLICA), REPLICA).state()).isEqualTo(NodeState.suspect);
        assertThat(node(miss(REPLICA), REPLICA).state()).isEqualTo(NodeState.suspect);
        Node down = node(miss(REPLICA), REPLICA);
        assertThat(down.state()).isEqualTo(NodeState.down);
        assertThat(down.reason()).isEqualTo("connection refused");
        assertThat(down.since()).isEqualTo(START.plusSeconds(4));
        assertThat(node(answer(REPLICA, 1), REPLICA).state()).isEqualTo(NodeState.down);
        Node up = node(answer(REPLICA, 1), REPLICA);
        assertThat(up.state()).isEqualTo(NodeState.up);
        assertThat(up.reason()).isEmpty();
    }

    @Test
    void aSingleMissDoesNotAddUpWithLaterOnes() {
        answer(REPLICA, 1);
        for (int n = 0; n < 5; n++) {
            miss(REPLICA);
            answer(REPLICA, 1);
        }

        assertThat(node(miss(REPLICA), REPLICA).state()).isEqualTo(NodeState.suspect);
    }

    @Test
    void lagIsMeasuredAgainstTheHeadAndAcrossTheClusters() {
        answer(PRIMARY, 100, Optional.of(100L), Optional.empty()); // second 1
        answer(PRIMARY, 200, Optional.of(100L), Optional.empty()); // second 2
        answer(FAILOVER, 77);
        Topology topology = answer(REPLICA, 100); // second 4

        assertThat(node(topology, REPLICA).lag()).contains(Duration.ofSeconds(2));
        assertThat(node(topology, REPLICA).lagBytes()).hasValue(100);
        assertThat(node(topology, FAILOVER).lag()).contains(Duration.ofSeconds(2));
        assertThat(node(topology, FAILOVER).lagBytes()).hasValue(100);
        assertThat(node(topology, PRIMARY).lag()).contains(Duration.ZERO);
    }

    @Test
    void theNewestSwitchNamesTheWriter() {
        answer(PRIMARY, 1);
        Topology topology = record(
                FAILOVER,
                new ProbeResult.Answered(
                        new LogPosition(9),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(Topologies.epoch(2, Cluster.failover)),
                        Duration.ofMillis(1),
                        Optional.empty()));

        assertThat(topology.epoch()).isEqualTo(2);
        assertThat(topology.primary().orElseThrow().id()).isEqualTo(FAILOVER);
        assertThat(topology.roleOf(node(topology, FAILOVER))).isEqualTo(NodeRole.primary);
        assertThat(topology.roleOf(node(topology, PRIMARY))).isEqualTo(NodeRole.failover);
        assertThat(answer(PRIMARY, 2).epoch()).as("an old primary that returns").isEqualTo(2);
    }

    @Test
    void factsOfTheLastDeepCheckStay() {
        NodeFacts facts = new NodeFacts("15.18", "TLSv1.3", 4, new NodeCounters(9, 1, 0, 0, 0, 0, 0, 1));
        answer(PRIMARY, 1, Optional.empty(), Optional.of(facts));

        assertThat(node(answer(PRIMARY, 2), PRIMARY).facts()).contains(facts);
    }

    @Test
    void aHeartbeatReaderIsAsLateAsTheNewestBeatThatItShows() {
        NodeId far = new NodeId("failoverReplica1");
        HealthTracker byHeartbeat = new HealthTracker(
                new TopologyConfig(List.of(PRIMARY, REPLICA), List.of(FAILOVER, far), Set.of(REPLICA, far)),
                new HealthConfig(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(30), 2, 3),
                START);
        Topology seen = byHeartbeat.snapshot(START, 0);
        for (NodeId node : List.of(PRIMARY, REPLICA, far)) {
            seen = byHeartbeat.record(
                    node,
                    new ProbeResult.Answered(
                            new LogPosition(node.equals(PRIMARY) ? 100 : 70),
                            Optional.empty(),
                            Optional.empty(),
                            node.equals(PRIMARY) ? List.of(Topologies.epoch(1, Cluster.primary)) : List.of(),
                            Duration.ofMillis(2),
                            Optional.empty()),
                    START,
                    node.equals(PRIMARY) ? 0 : 3_000_000_000L);
        }

        assertThat(node(seen, REPLICA).lag()).contains(Duration.ofSeconds(3));
        assertThat(node(seen, REPLICA).position()).contains(new LogPosition(70));
        // The beat is the writer's, whichever cluster shows it.
        assertThat(node(seen, far).lag()).contains(Duration.ofSeconds(3));
        assertThat(node(seen, far).lagBytes()).hasValue(30);
        assertThat(node(seen, far).position()).isEmpty();
    }
}
