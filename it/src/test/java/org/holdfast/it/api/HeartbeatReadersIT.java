package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Readers that do not tell how far they have replayed. Here they are real replicas, on which the function that would tell it
 * is forbidden to the application: what is known of them comes from heartbeats alone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeartbeatReadersIT {
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(10);
    private static final Duration SEVERAL_BEATS = Duration.ofSeconds(1);
    private static final int WRITES = 30;

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private Api agent = Api.anonymous();
    private String path = "";

    @BeforeAll
    void followReplicasByHeartbeat() {
        databases.execute(NodeName.PRIMARY, "revoke execute on function pg_last_wal_replay_lsn() from public");
        databases.execute(NodeName.FAILOVER, "revoke execute on function pg_last_wal_replay_lsn() from public");
        // Without the cache: what it answers is read from no node.
        system.restartApplication("-Dholdfast.cache.enabled=false"
                + " -Dholdfast.topology.heartbeat-readers=replica1,replica2,failoverReplica1");
        databases.awaitWhole();
        agent = Api.agent();
        path = "/api/agents/" + agent.newAgent();
    }

    @AfterAll
    void followThemByTheirOwnWord() {
        for (NodeName head : new NodeName[] {NodeName.PRIMARY, NodeName.FAILOVER}) {
            databases.execute(head, "grant execute on function pg_last_wal_replay_lsn() to public");
        }
        databases.execute(NodeName.REPLICA1, "select pg_wal_replay_resume()");
        databases.execute(NodeName.REPLICA2, "select pg_wal_replay_resume()");
        system.restartApplication("");
        databases.restore();
    }

    private String write(String description) {
        return agent.patch(path, object("description", description)).is(200).header("Holdfast-Token");
    }

    private Answer read(String token) {
        return agent.get(path, "Holdfast-Token", token).is(200);
    }

    private JsonNode node(String name) {
        for (JsonNode node : databases.health().path("nodes")) {
            if (node.path("name").asText().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("no node " + name);
    }

    @Test
    void aCallerReadsItsOwnWritesAndReplicasServeThemOnceTheyShowABeat() {
        for (int i = 0; i < WRITES; i++) {
            String token = write("written " + i);

            assertThat(read(token).text("description")).isEqualTo("written " + i);
        }
        String last = write("the last");
        await().atMost(SEEN_WITHIN).untilAsserted(() -> {
            Answer read = read(last);
            assertThat(read.text("description")).isEqualTo("the last");
            assertThat(read.header("Holdfast-Node")).startsWith("replica");
        });
    }

    @Test
    void theirLagIsKnownAndSmall() {
        await().atMost(SEEN_WITHIN).untilAsserted(() -> {
            for (String reader : new String[] {"replica1", "replica2", "failoverReplica1"}) {
                JsonNode seen = node(reader);
                assertThat(seen.path("state").asText()).as("%s", seen).isEqualTo("up");
                assertThat(seen.path("lagMillis").asLong(Long.MAX_VALUE))
                        .as("%s", seen)
                        .isLessThan(2000);
            }
        });
    }

    @Test
    void oneThatStandsStillIsNotReadFromAndComesBack() {
        databases.execute(NodeName.REPLICA1, "select pg_wal_replay_pause()");
        databases.execute(NodeName.REPLICA2, "select pg_wal_replay_pause()");
        String token = write("not replayed");

        Answer read = read(token);

        assertThat(read.text("description")).isEqualTo("not replayed");
        assertThat(read.header("Holdfast-Node")).isEqualTo("primary");
        await().atMost(SEEN_WITHIN).untilAsserted(() -> {
            assertThat(node("replica1").path("lagMillis").asLong()).isGreaterThan(2000);
            assertThat(agent.get(path, "Holdfast-Consistency", "eventual").header("Holdfast-Node"))
                    .isEqualTo("primary");
        });

        databases.execute(NodeName.REPLICA1, "select pg_wal_replay_resume()");
        databases.execute(NodeName.REPLICA2, "select pg_wal_replay_resume()");

        await().atMost(SEEN_WITHIN)
                .untilAsserted(
                        () -> assertThat(read(token).header("Holdfast-Node")).startsWith("replica"));
    }

    @Test
    void theyAreFollowedInTheNextEpochToo() {
        databases.awaitWhole();
        databases.switchTo("failover");
        String token = write("on the other cluster");

        await().atMost(SEEN_WITHIN).untilAsserted(() -> {
            Answer read = read(token);
            assertThat(read.text("description")).isEqualTo("on the other cluster");
            assertThat(read.header("Holdfast-Node")).isEqualTo("failoverReplica1");
        });
        databases.awaitWhole();

        databases.switchTo("primary");

        String back = write("back again");
        await().atMost(SEEN_WITHIN)
                .untilAsserted(
                        () -> assertThat(read(back).header("Holdfast-Node")).startsWith("replica"));
    }

    @Test
    void aWriterThatIsNotOpenYetDoesNotBeat() throws SQLException {
        databases.awaitWhole();
        long next = databases.epoch() + 1;
        try (Connection held = databases.connect(NodeName.FAILOVER);
                Statement statement = held.createStatement()) {
            held.setAutoCommit(false);
            statement.execute("lock table pg_catalog.pg_subscription in share mode");
            Databases.requestSwitch(Api.admin(), "failover").is(202);
            databases.awaitAnswer(
                    NodeName.FAILOVER, "select state from ops.cluster_switch where epoch = " + next, "claimed");
            // What it wrote before it feeds the other cluster, that would never have.
            List<String> before = beats();
            await().during(SEVERAL_BEATS)
                    .atMost(SEVERAL_BEATS.plus(SEEN_WITHIN))
                    .until(() -> beats().equals(before));
        }
        databases.awaitWriter("failover", next);
        databases.awaitWhole();

        databases.switchTo("primary");
    }

    private List<String> beats() {
        return databases.query(NodeName.FAILOVER, "select beat::text from ops.heartbeat where cluster = 'failover'");
    }
}
