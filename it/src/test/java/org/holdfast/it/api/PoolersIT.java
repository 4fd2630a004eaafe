package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * Goal: each node can be reached through a PgBouncer that gives a server's connection to a transaction, and everything that is
 * promised holds. Method: the application on five poolers, under callers that write and read. Of one edition, because it costs a
 * start, and nothing of this is the server's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisabledIfSystemProperty(named = "holdfast.system", matches = "micro")
class PoolersIT {
    private static final int CALLERS = 16;
    private static final int ROUNDS = 20;
    private static final int SOME = 15;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Poolers poolers;

    PoolersIT() throws IOException {
        poolers = new Poolers();
    }

    @BeforeAll
    void goThroughPoolers() {
        system.restartApplication(Map.of("HOLDFAST_PREPARE_THRESHOLD", "0"), poolers.ways());
        databases.awaitWhole();
    }

    @AfterAll
    void goTheDirectWay() {
        system.restartApplication("");
        poolers.close();
        databases.restore();
    }

    @Test
    void businessIsPooledByTransactionAndTheOwnersWorkBySession() throws Exception {
        Api.agent().newAgent();

        Map<String, String> modes = poolers.modes(NodeName.PRIMARY);

        assertThat(modes)
                .containsEntry("holdfast_app", "transaction")
                .containsEntry("holdfast_owner", "session")
                .containsEntry("holdfast_probe", "session");
    }

    @Test
    void callersReadTheirOwnWrites() throws Exception {
        Api agent = Api.agent();
        ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
        try {
            List<Future<?>> ended = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                ended.add(callers.submit(() -> writeAndRead(agent)));
            }
            for (Future<?> each : ended) {
                each.get(2, TimeUnit.MINUTES);
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private static void writeAndRead(Api agent) {
        String path = "/api/agents/" + agent.newAgent();
        for (int round = 0; round < ROUNDS; round++) {
            String said = "round " + round + " of " + path;
            Answer written = agent.patch(path, object("description", said)).is(200);
            for (String consistency : List.of("session", "strong")) {
                Answer read = agent.get(
                                path,
                                "Holdfast-Token",
                                written.header("Holdfast-Token"),
                                "Holdfast-Consistency",
                                consistency)
                        .is(200);
                assertThat(read.text("description")).as(consistency).isEqualTo(said);
            }
        }
    }

    @Test
    void aKilledWriterIsReplacedAndNothingThatIsInBothClustersIsLost() {
        Api agent = Api.agent();
        String path = "/api/agents/" + agent.newAgent();
        long epoch = databases.epoch();
        Writers writers = new Writers(agent, path);
        try {
            try (writers) {
                writers.awaitMore(SOME);
                system.kill("primary");
                databases.awaitWriter("failover", epoch + 1);
                writers.awaitMore(SOME);
            }
            assertThat(writers.durableIds()).isNotEmpty();
            assertThat(databases.query(
                            NodeName.FAILOVER,
                            "select id::text from memory.conversation where agent_id = ?::uuid",
                            path.substring(path.lastIndexOf('/') + 1)))
                    .containsAll(writers.durableIds());
        } finally {
            databases.restore();
        }
    }

    @Test
    void aPoolerThatIsGoneIsANodeThatIsGone() throws InterruptedException {
        Api agent = Api.agent();
        String path = "/api/agents/" + agent.newAgent();
        poolers.kill(NodeName.REPLICA1);
        try {
            databases.awaitState("replica1", "down");
            for (int read = 0; read < SOME; read++) {
                agent.get(path, "Holdfast-Consistency", "strong").is(200);
                agent.get("/api/agents", "Holdfast-Consistency", "eventual").is(200);
            }
        } finally {
            poolers.start(NodeName.REPLICA1);
        }
        databases.awaitState("replica1", "up");
    }

    @Test
    void meaningIsSearchedForThroughThePooler() {
        Api agent = Api.agent();
        String id = agent.newAgent();
        agent.post("/api/memories", object("agentId", id, "kind", "CONTEXT", "text", "The spare key is under the mat."))
                .is(201);

        await().atMost(ANSWERED_WITHIN)
                .untilAsserted(() -> assertThat(agent.post(
                                        "/api/memories/search",
                                        object("agentId", id, "query", "Where is the spare key?"))
                                .is(200)
                                .items("text"))
                        .containsExactly("The spare key is under the mat."));
    }
}
