package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Samples of the nodes, written down each second. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopologyHistoryIT {
    private static final Duration WITHIN = Duration.ofSeconds(30);
    private static final String PATH = "/api/admin/topology/history";
    private static final List<NodeName> HEADS = List.of(NodeName.PRIMARY, NodeName.FAILOVER);
    private static final String MONTHS =
            "select c.relname::text from pg_inherits i join pg_class c on c.oid = i.inhrelid"
                    + " where i.inhparent = 'ops.node_sample'::regclass order by 1";

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private Api admin = Api.anonymous();

    @BeforeAll
    void sampleOften() {
        databases.restore();
        // As an application leaves it that stood still for years: an old month, and a row without one.
        for (NodeName head : HEADS) {
            databases.execute(
                    head,
                    "create table if not exists ops.node_sample_2020_01 partition of ops.node_sample"
                            + " for values from ('2020-01-01 00:00+00') to ('2020-02-01 00:00+00')");
            databases.execute(head, "alter table ops.node_sample_2020_01 owner to holdfast_owner");
        }
        databases.execute(
                NodeName.PRIMARY,
                "insert into ops.node_sample (at, node, role, state) values"
                        + " ('2019-05-05 00:00+00', 'primary', 'primary', 'up'), ('2020-01-05 00:00+00', 'primary', 'primary', 'up')");
        system.restartApplication("-Dholdfast.monitor.sample-interval-millis=1000"
                + " -Dholdfast.health.deep-interval-millis=500 -Dholdfast.monitor.retention-months=12");
        databases.awaitWhole();
        admin = Api.admin();
    }

    @AfterAll
    void asBefore() {
        system.restartApplication("");
    }

    private JsonNode history(String query) {
        return admin.get(PATH + query).is(200).json();
    }

    private static JsonNode item(JsonNode history, String node) {
        for (JsonNode item : history.path("items")) {
            if (item.path("node").asText().equals(node)) {
                return item;
            }
        }
        throw new AssertionError("no " + node + " in " + history);
    }

    @Test
    void eachNodeIsToldWithItsNumbers() {
        await().atMost(WITHIN).untilAsserted(() -> {
            JsonNode history = history("?points=1");
            assertThat(history.path("spanSeconds").asLong()).isEqualTo(3_600);
            for (String node : List.of("primary", "replica1", "replica2", "failover", "failoverReplica1")) {
                JsonNode item = item(history, node);
                assertThat(item.path("upSamples").asInt())
                        .as("%s", item)
                        .isBetween(3, item.path("samples").asInt());
                assertThat(item.path("connections").asInt()).as("%s", item).isPositive();
                assertThat(item.path("databaseBytes").asLong()).as("%s", item).isGreaterThan(1_000_000);
                assertThat(item.path("hitRatio").asDouble()).as("%s", item).isBetween(0.0, 1.0);
                assertThat(item.path("responseMillis").asDouble())
                        .as("%s", item)
                        .isPositive();
            }
            // Leases and heartbeats alone are several a second.
            assertThat(item(history, "primary").path("commitsPerSecond").asDouble())
                    .isGreaterThan(1);
            assertThat(item(history, "replica1").path("lagBytes").isNumber()).isTrue();
        });
    }

    @Test
    void oneNodeOfAShortTimeIsToldInItsSpans() {
        await().atMost(WITHIN).untilAsserted(() -> {
            Instant to = Instant.now();
            JsonNode history = history("?node=replica2&points=10&to=" + to + "&from=" + to.minusSeconds(10));

            assertThat(history.path("items")).hasSizeGreaterThanOrEqualTo(5);
            Instant before = Instant.EPOCH;
            for (JsonNode item : history.path("items")) {
                assertThat(item.path("node").asText()).isEqualTo("replica2");
                assertThat(Instant.parse(item.path("at").asText())).isAfter(before);
                before = Instant.parse(item.path("at").asText());
            }
        });
        assertThat(history("?node=nobody").path("items")).isEmpty();
    }

    @Test
    void aNodeThatDoesNotAnswerHasNoNumbers() {
        Instant stopped = Instant.now();
        system.kill("replica2");
        try {
            await().atMost(WITHIN).untilAsserted(() -> {
                JsonNode last =
                        history("?node=replica2&points=500&from=" + stopped).path("items");
                JsonNode item = last.path(last.size() - 1);
                assertThat(item.path("samples").asInt()).isPositive();
                assertThat(item.path("upSamples").asInt()).isZero();
                assertThat(item.has("connections")).isFalse();
                assertThat(item.has("responseMillis")).isFalse();
            });
        } finally {
            system.start("replica2");
            databases.awaitWhole();
        }
    }

    @Test
    void monthsAreMadeAheadAndOldOnesDroppedOnBothClusters() {
        for (NodeName head : HEADS) {
            await().atMost(WITHIN)
                    .untilAsserted(() -> assertThat(databases.query(head, MONTHS))
                            .hasSize(5)
                            .contains("node_sample_default")
                            .doesNotContain("node_sample_2020_01"));
            await().atMost(WITHIN)
                    .untilAsserted(() -> assertThat(databases.query(
                                    head, "select count(*)::text from ops.node_sample where at < '2021-01-01'"))
                            .containsExactly("0"));
            await().atMost(WITHIN)
                    .untilAsserted(() -> assertThat(
                                    databases.query(
                                            head,
                                            "select (count(*) >= 5)::text from ops.node_sample where at > now() - interval '1 minute'"))
                            .containsExactly("true"));
            assertThat(databases.query(head, "select count(*)::text from ops.node_sample_default"))
                    .containsExactly("0");
        }
    }

    @Test
    void whatIsNotAllowedIsTold() {
        assertThat(admin.get(PATH + "?points=0").isProblem(400).text("detail"))
                .isEqualTo("points must be a whole number from 1 to 500");
        assertThat(admin.get(PATH + "?from=now").isProblem(400).text("detail"))
                .isEqualTo("from must be a time like 2026-01-31T10:00:00Z");
        Api.agent().get(PATH).is(403);
        Api.anonymous().get(PATH).is(401);
    }
}
