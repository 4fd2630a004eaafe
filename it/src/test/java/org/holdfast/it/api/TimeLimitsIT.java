package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Statements and transactions that take too long, with limits short enough to wait for and long enough to start with. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimeLimitsIT {
    // The cache answers for one agent, but not for a list.
    private static final String AGENTS = "/api/agents";
    private static final Duration QUERY = Duration.ofSeconds(5);
    private static final int REQUEST_SECONDS = 3;
    private static final Duration SEEN_WITHIN = Duration.ofSeconds(15);
    private static final String SELECT_BUSY =
            "select count(*) from pg_stat_activity where application_name = 'holdfast'"
                    + " and usename = 'holdfast_app' and wait_event_type = 'Lock'";

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private Api agent = Api.anonymous();
    private String path = "";

    @BeforeAll
    void limit() {
        system.restartApplication("-Dholdfast.connection.query-timeout-millis=" + QUERY.toMillis()
                + " -Dholdfast.connection.request-timeout-seconds=" + REQUEST_SECONDS);
        databases.awaitWhole();
        agent = Api.agent();
        path = "/api/agents/" + agent.newAgent();
        agent.patch(path, object("description", "before")).is(200);
    }

    @AfterAll
    void restoreTheLimits() {
        system.restartApplication("");
        databases.restore();
    }

    private Connection locked(String sql) throws SQLException {
        Connection connection = databases.connect(NodeName.PRIMARY);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return connection;
    }

    private Connection lockedAgent() throws SQLException {
        return locked(
                "select 1 from memory.agent where id = '" + path.substring(path.lastIndexOf('/') + 1) + "' for update");
    }

    private CompletableFuture<Answer> patch(String description) {
        return CompletableFuture.supplyAsync(() -> agent.patch(path, object("description", description)));
    }

    private static void isTimeout(Answer answer) {
        answer.isProblem(503);
        assertThat(answer.text("category")).as("%s", answer).isEqualTo("timeout");
        assertThat(answer.json().path("retryable").asBoolean()).as("%s", answer).isTrue();
    }

    @Test
    void aWriteThatWaitsTooLongIsEndedByTheWriter() throws SQLException {
        try (Connection lock = lockedAgent()) {
            long begun = System.nanoTime();

            Answer refused = agent.patch(path, object("description", "never"));

            isTimeout(refused);
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(QUERY, QUERY.multipliedBy(3));
            assertThat(databases.query(NodeName.PRIMARY, SELECT_BUSY)).containsExactly("0");
            lock.rollback();
        }
        assertThat(agent.get(path).is(200).text("description")).isEqualTo("before");
    }

    @Test
    void aReadThatWaitsTooLongIsEndedByTheReplica() throws SQLException {
        String node = await().atMost(SEEN_WITHIN)
                .until(() -> agent.get(AGENTS).is(200).header("Holdfast-Node"), name -> name.startsWith("replica"));
        NodeName replica = node.equals("replica1") ? NodeName.REPLICA1 : NodeName.REPLICA2;
        // Replayed by the replicas too, which keep it until the primary's transaction ends.
        try (Connection lock = locked("lock table memory.agent in access exclusive mode")) {
            await().atMost(SEEN_WITHIN)
                    .until(() -> databases
                            .query(
                                    replica,
                                    "select count(*) from pg_locks where mode = 'AccessExclusiveLock'"
                                            + " and relation = 'memory.agent'::regclass")
                            .get(0)
                            .equals("1"));

            isTimeout(agent.get(AGENTS));

            assertThat(databases.query(replica, SELECT_BUSY)).containsExactly("0");
            lock.rollback();
        }
    }

    @Test
    void aTransactionThatTakesTooLongIsNotCommittedThoughEachOfItsStatementsIsShort() throws Exception {
        try (Connection lock = lockedAgent()) {
            CompletableFuture<Answer> answer = patch("too late");
            await().atMost(SEEN_WITHIN)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> databases
                            .query(
                                    NodeName.PRIMARY,
                                    SELECT_BUSY + " and clock_timestamp() - xact_start > interval '"
                                            + (REQUEST_SECONDS * 1000 + 500) + " milliseconds'")
                            .get(0)
                            .equals("1"));
            lock.rollback();

            isTimeout(answer.join());
        }
        assertThat(agent.get(path).is(200).text("description")).isEqualTo("before");
    }
}
