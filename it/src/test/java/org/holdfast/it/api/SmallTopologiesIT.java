package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.StreamSupport;
import org.holdfast.it.RunningSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The application without a failover cluster: with replicas, and on one database alone. Of one edition, because each costs a
 * start, and nothing of this is the server's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "holdfast.system", matches = "micro")
class SmallTopologiesIT {
    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();

    @AfterAll
    void useAllNodes() {
        system.restartApplication("");
        databases.restore();
    }

    @ParameterizedTest
    @ValueSource(strings = {"primary,replica1,replica2", "primary"})
    void itWorksWithoutAFailoverCluster(String nodes) {
        system.restartApplication("-Dholdfast.topology.primary=" + nodes + " -Dholdfast.topology.failover=none");
        databases.awaitWhole();
        JsonNode health = databases.health();
        assertThat(health.path("writer").asText()).isEqualTo("primary");
        assertThat(StreamSupport.stream(health.path("nodes").spliterator(), false)
                        .map(node -> node.path("name").asText()))
                .containsExactlyInAnyOrder(nodes.split(","));

        Api agent = Api.agent();
        String id = agent.newAgent();
        String path = "/api/agents/" + id;
        Answer written = agent.patch(path, object("description", "of " + nodes), "Holdfast-Durability", "failover")
                .is(200);
        assertThat(written.header("Holdfast-Node")).isEqualTo("primary");
        assertThat(written.header("Holdfast-Durability"))
                .as("there is no other cluster that could have it")
                .isEqualTo("local");
        for (String consistency : List.of("eventual", "session", "strong")) {
            Answer read = agent.get(
                            path,
                            "Holdfast-Token",
                            written.header("Holdfast-Token"),
                            "Holdfast-Consistency",
                            consistency)
                    .is(200);
            assertThat(read.text("description")).as(consistency).isEqualTo("of " + nodes);
        }

        agent.post("/api/memories", object("agentId", id, "kind", "CONTEXT", "text", "The spare key is under the mat."))
                .is(201);
        assertThat(agent.post("/api/memories/search", object("agentId", id, "query", "Where is the spare key?"))
                        .is(200)
                        .items("text"))
                .containsExactly("The spare key is under the mat.");

        Answer refused = Api.admin()
                .post("/api/admin/failover", object("confirm", "failover"))
                .is(409);
        assertThat(refused.text("detail")).contains("failover");
    }
}
