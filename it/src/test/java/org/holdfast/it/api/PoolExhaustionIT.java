package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: more work than connections is seen and passes. Method: a lock holds every write back until the writer's pool is in
 * full use and others wait. Invariants: the waiting are counted; a full pool is not taken for a node that cannot be reached;
 * afterwards every write has happened or was refused as retryable, and no connection is missing.
 */
class PoolExhaustionIT {
    private static final int POOL = 20;
    private static final int WRITES = POOL + 10;
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final RunningSystem system = RunningSystem.get();
    private final Api anonymous = Api.anonymous();
    private final Api agent = Api.agent();
    private final ExecutorService callers = Executors.newFixedThreadPool(WRITES);

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    @Test
    void whoeverWaitsForAConnectionIsCountedAndServedInTheEnd() throws SQLException {
        List<CompletableFuture<Answer>> writes = new ArrayList<>();
        try (Connection superuser = DriverManager.getConnection(
                        system.jdbcUrl(NodeName.PRIMARY), "postgres", system.superuserPassword());
                Statement statement = superuser.createStatement()) {
            superuser.setAutoCommit(false);
            statement.execute("lock table memory.agent in access exclusive mode");
            for (int i = 0; i < WRITES; i++) {
                writes.add(CompletableFuture.supplyAsync(
                        () -> agent.post("/api/agents", object("name", unique("agent"))), callers));
            }
            await().atMost(WITHIN).pollInterval(POLL).untilAsserted(() -> {
                assertThat(gauge("holdfast_pool_active")).isEqualTo(POOL);
                assertThat(gauge("holdfast_pool_waiting")).isPositive();
                assertThat(gauge("holdfast_pool_idle")).isZero();
            });
            superuser.rollback();
        }
        for (CompletableFuture<Answer> write : writes) {
            Answer answer = write.join();
            if (answer.status() != 201) {
                answer.isProblem(503);
                assertThat(answer.json().path("retryable").asBoolean())
                        .as("%s", answer)
                        .isTrue();
            }
        }
        for (JsonNode node :
                Api.admin().get("/api/admin/topology").is(200).json().path("nodes")) {
            assertThat(node.path("breaker").asText()).as("%s", node).isEqualTo("closed");
        }
        await().atMost(WITHIN).pollInterval(POLL).untilAsserted(() -> {
            assertThat(gauge("holdfast_pool_active")).isZero();
            assertThat(gauge("holdfast_pool_waiting")).isZero();
        });
    }

    private double gauge(String name) {
        return anonymous
                .get("/metrics", "Accept", "text/plain")
                .is(200)
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains("node=\"primary\""))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .mapToDouble(Double::parseDouble)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + name));
    }
}
