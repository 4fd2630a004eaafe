package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.awaitility.core.ConditionTimeoutException;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;

/** The databases in the hands of a test: as the application sees them, as their superuser does, and made whole again. */
public final class Databases {
    static final List<String> PRIMARY_CLUSTER = List.of("primary", "replica1", "replica2");
    static final List<String> FAILOVER_CLUSTER = List.of("failover", "failoverReplica1");

    /** In an order in which no writer is replaced while all of them are killed, or started again. */
    static final List<String> HEAD_LAST = List.of("failover", "failoverReplica1", "replica1", "replica2", "primary");

    static final List<String> HEAD_FIRST = List.of("primary", "replica1", "replica2", "failover", "failoverReplica1");

    private static final Duration SWITCHED_WITHIN = Duration.ofSeconds(20);
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    private static final int WARNINGS_SHOWN = 15;
    private static final Duration POLL = Duration.ofMillis(100);

    private final RunningSystem system = RunningSystem.get();
    private final Api anonymous = Api.anonymous();

    JsonNode health() {
        return anonymous.get("/api/health/database").json();
    }

    long epoch() {
        return health().path("epoch").asLong();
    }

    String state(String node) {
        return node(node).path("state").asText();
    }

    private JsonNode node(String name) {
        for (JsonNode candidate : health().path("nodes")) {
            if (candidate.path("name").asText().equals(name)) {
                return candidate;
            }
        }
        throw new AssertionError("no node " + name);
    }

    /** Waits until the application has noticed that a head does not follow. */
    void awaitUnknownLag(String node) {
        await().atMost(SWITCHED_WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> assertThat(node(node).path("lagMillis").isIntegralNumber())
                        .as(node)
                        .isFalse());
    }

    void awaitState(String node, String state) {
        await().atMost(SWITCHED_WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> assertThat(state(node)).as(node).isEqualTo(state));
    }

    /** Waits until a cluster takes writes in an epoch. */
    void awaitWriter(String cluster, long epoch) {
        await().atMost(SWITCHED_WITHIN).pollInterval(POLL).untilAsserted(() -> {
            JsonNode health = health();
            assertThat(health.path("status").asText()).as("%s", health).isEqualTo("UP");
            assertThat(health.path("writer").asText()).as("%s", health).isEqualTo(cluster);
            assertThat(health.path("epoch").asLong()).as("%s", health).isEqualTo(epoch);
        });
    }

    /** Waits until every node is up and follows. */
    void awaitWhole() {
        try {
            await().atMost(RECOVERED_WITHIN).pollInterval(POLL).untilAsserted(this::isWhole);
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(late.getMessage() + System.lineSeparator() + lastWarnings(), late);
        }
    }

    private void isWhole() {
        JsonNode health = health();
        assertThat(health.path("status").asText()).as("%s", health).isEqualTo("UP");
        for (JsonNode node : health.path("nodes")) {
            assertThat(node.path("state").asText()).as("%s", node).isEqualTo("up");
            assertThat(node.path("lagMillis").isIntegralNumber())
                    .as("how far behind is known of %s", node)
                    .isTrue();
        }
    }

    /** Makes everything what it was before: every node up and following, and the writer the primary. */
    public void restore() {
        HEAD_FIRST.forEach(system::resume);
        HEAD_FIRST.forEach(system::start);
        awaitWhole();
        if (!health().path("writer").asText().equals("primary")) {
            switchTo("primary");
            awaitWhole();
        }
    }

    /**
     * Has an operator switch the writer, as soon as that is safe, and follows the job to its good end. One that is taken back,
     * because the machine stood still for a moment, is asked for again.
     */
    void switchTo(String cluster) {
        Api admin = Api.admin();
        long epoch = epoch();
        await().atMost(RECOVERED_WITHIN).pollInterval(POLL).untilAsserted(() -> {
            String accepted =
                    requestSwitch(admin, cluster).is(202).json().path("id").asText();
            JsonNode job = admin.ended(accepted);
            assertThat(job.path("status").asText())
                    .as("%s%n%s", job, lastWarnings())
                    .isEqualTo("COMPLETED");
            assertThat(job.path("detail").asText()).contains(cluster);
        });
        awaitWriter(cluster, epoch + 1);
    }

    // What a switch or a standby met with is told in the log alone, which does not outlive the machine of the test.
    private String lastWarnings() {
        try {
            List<String> warnings = Files.readAllLines(system.log()).stream()
                    .filter(line -> line.contains("WARNING") || line.contains("SEVERE"))
                    .toList();
            return String.join("\n", warnings.subList(Math.max(0, warnings.size() - WARNINGS_SHOWN), warnings.size()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static Answer requestSwitch(Api admin, String cluster) {
        String call = cluster.equals("primary") ? "failback" : "failover";
        return admin.post("/api/admin/" + call, object("confirm", cluster));
    }

    /** Waits until both heads have the same rows in every table that is replicated, the heads' own bookkeeping aside. */
    void awaitSame() {
        List<String> tables = query(
                NodeName.PRIMARY,
                "select format('%I.%I', schemaname, tablename) from pg_publication_tables"
                        + " where pubname = 'holdfast' and schemaname <> 'ops'");
        assertThat(tables).isNotEmpty();
        await().atMost(SWITCHED_WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() ->
                        assertThat(contents(NodeName.FAILOVER, tables)).isEqualTo(contents(NodeName.PRIMARY, tables)));
    }

    private Map<String, String> contents(NodeName node, List<String> tables) {
        Map<String, String> contents = new TreeMap<>();
        for (String table : tables) {
            contents.put(
                    table,
                    query(
                                    node,
                                    "select count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, ' ' order by t::text)), '')"
                                            + " from " + table + " t")
                            .get(0));
        }
        return contents;
    }

    /** Writes past the application, as the superuser. */
    void insertATenant(NodeName node) throws SQLException {
        try (Connection connection = connect(node);
                PreparedStatement insert =
                        connection.prepareStatement("insert into auth.tenant (id, name) values (?, ?)")) {
            UUID id = UUID.randomUUID();
            insert.setObject(1, id);
            insert.setString(2, "tenant " + id);
            insert.executeUpdate();
        }
    }

    void execute(NodeName node, String sql) {
        try (Connection connection = connect(node);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** The first column of what a node answers. */
    List<String> query(NodeName node, String sql, String... parameters) {
        try (Connection connection = connect(node);
                PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setString(i + 1, parameters[i]);
            }
            List<String> found = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row.getString(1));
                }
            }
            return found;
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** Waits until a node answers a question with exactly this. */
    void awaitAnswer(NodeName node, String sql, String answer) {
        await().atMost(SWITCHED_WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> assertThat(query(node, sql)).as(sql).containsExactly(answer));
    }

    /** The superuser's connection. */
    Connection connect(NodeName node) throws SQLException {
        return DriverManager.getConnection(system.jdbcUrl(node), "postgres", system.superuserPassword());
    }
}
