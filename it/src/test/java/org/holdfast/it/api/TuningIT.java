package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the nodes spend their time on, how they go about it, and which indexes they use or lack. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TuningIT {
    private static final String QUERIES = "/api/admin/queries";
    private static final String USAGE = "/api/admin/indexes/usage";
    private static final int READS = 12;

    private final Databases databases = new Databases();
    private Api admin = Api.anonymous();

    @BeforeAll
    void makeTables() {
        databases.restore();
        admin = Api.admin();
        for (String sql : List.of(
                // Or what is sought here could be one of thousands.
                "select public.pg_stat_statements_reset()",
                "create table public.tuned (id bigint primary key, kind text, note text)",
                "create table public.tuned_child (tuned_id bigint references public.tuned, kind text)",
                "insert into public.tuned select n, 'kind ' || n % 7, 'secret' from generate_series(1, 20000) n",
                "analyze public.tuned",
                "create index tuned_kind on public.tuned (kind)",
                "create index tuned_kind_again on public.tuned (kind)",
                "create index tuned_note on public.tuned (note)",
                "create index tuned_alone on public.tuned (id)",
                "create index tuned_broken on public.tuned_child (kind)",
                "update pg_index set indisvalid = false where indexrelid = 'public.tuned_broken'::regclass")) {
            databases.execute(NodeName.PRIMARY, sql);
        }
        for (int i = 0; i < READS; i++) {
            databases.query(NodeName.PRIMARY, "select count(*)::text from public.tuned where note <> 'x' || " + i);
        }
        databases.query(
                NodeName.PRIMARY, "select note from public.tuned where kind = 'kind 3' order by kind, id limit 1");
        // Without an index it costs enough to be among those that are looked at.
        databases.execute(
                NodeName.PRIMARY,
                "create table public.planned as select n as id, 'kind ' || n % 5000 as kind from generate_series(1, 20000) n");
        databases.execute(NodeName.PRIMARY, "analyze public.planned");
        for (int i = 0; i < READS; i++) {
            databases.query(
                    NodeName.PRIMARY, "select count(*)::text from public.planned where kind = 'kind " + i + "'");
        }
        // The session's counts are there for others within a second of its end.
        databases.awaitAnswer(
                NodeName.PRIMARY,
                "select (seq_scan >= " + READS + ")::text from pg_stat_user_tables where relname = 'tuned'",
                "true");
    }

    @AfterAll
    void dropTables() {
        databases.execute(NodeName.PRIMARY, "drop table public.tuned_child, public.tuned, public.planned");
    }

    private static Optional<JsonNode> find(JsonNode list, String field, String value) {
        return StreamSupport.stream(list.spliterator(), false)
                .filter(item -> item.path(field).asText().contains(value))
                .findFirst();
    }

    private JsonNode statement(String query, String text) {
        JsonNode found = admin.get(QUERIES + query).is(200).json();
        return find(found.path("items"), "text", text).orElseThrow(() -> new AssertionError(text + " in " + found));
    }

    @Test
    void statementsAreToldWithTheirCostAndWithoutTheirValues() {
        JsonNode counted = statement("?limit=500", "public.tuned where note <>");

        assertThat(counted.path("calls").asInt()).isEqualTo(READS);
        assertThat(counted.path("text").asText()).contains("$1").doesNotContain("'x'");
        assertThat(counted.path("role").asText()).isEqualTo("postgres");
        assertThat(counted.path("totalMillis").asDouble())
                .isGreaterThanOrEqualTo(counted.path("maxMillis").asDouble());
        assertThat(counted.path("share").asDouble()).isBetween(0.0, 1.0);
        assertThat(counted.path("hitRatio").asDouble()).isBetween(0.0, 1.0);
        Answer answer = admin.get(QUERIES).is(200);
        assertThat(answer.text("node")).isEqualTo("primary");
        assertThat(Instant.parse(answer.text("since"))).isBefore(Instant.now());
    }

    @Test
    void theMostExpensiveComeFirst() {
        for (String order : List.of("total", "mean")) {
            double before = Double.MAX_VALUE;
            for (JsonNode item :
                    admin.get(QUERIES + "?limit=5&order=" + order).is(200).items()) {
                assertThat(item.path(order + "Millis").asDouble()).isLessThanOrEqualTo(before);
                before = item.path(order + "Millis").asDouble();
            }
        }
    }

    @Test
    void aStatementsPlanIsTold() {
        Api.agent().newAgent();
        String insertion =
                statement("?limit=500", "INSERT INTO memory.agent").path("id").asText();

        JsonNode plan = admin.get(QUERIES + "/" + insertion + "/plan").is(200).json();

        JsonNode top = plan.path("plan").path(0).path("Plan");
        assertThat(top.path("Node Type").asText()).as("%s", plan).isEqualTo("ModifyTable");
        assertThat(top.path("Relation Name").asText()).isEqualTo("agent");
        assertThat(plan.has("why")).isFalse();
    }

    @Test
    void whatTheApplicationMayNotReadHasNoPlanAndSaysWhy() {
        String id =
                statement("?limit=500", "public.tuned where note <>").path("id").asText();

        JsonNode plan = admin.get(QUERIES + "/" + id + "/plan").is(200).json();

        assertThat(plan.has("plan")).isFalse();
        assertThat(plan.path("why").asText()).contains("permission denied");
    }

    @Test
    void plansAreKeptAndAnotherOneIsToldAsAChange() {
        databases.execute(NodeName.PRIMARY, "grant select on public.planned to holdfast_app");
        databases.execute(NodeName.PRIMARY, "create index planned_kind on public.planned (kind)");
        String id = statement("?limit=500", "public.planned where kind =")
                .path("id")
                .asText();
        String plans = QUERIES + "/plans?node=primary&id=" + id;

        admin.post(QUERIES + "/plans", Api.JSON.createObjectNode()).is(200);
        List<JsonNode> first = admin.get(plans).is(200).items();
        admin.post(QUERIES + "/plans", Api.JSON.createObjectNode()).is(200);
        List<JsonNode> again = admin.get(plans).is(200).items();
        databases.execute(NodeName.PRIMARY, "drop index public.planned_kind");
        admin.post(QUERIES + "/plans", Api.JSON.createObjectNode()).is(200);
        List<JsonNode> changed = admin.get(plans + "&changed=true").is(200).items();

        assertThat(first).hasSize(1);
        assertThat(first.get(0).path("shape").toString()).contains("planned_kind");
        assertThat(first.get(0).path("plan").path(0).path("Plan").isObject()).isTrue();
        assertThat(again).hasSize(1);
        assertThat(again.get(0).path("firstSeen")).isEqualTo(first.get(0).path("firstSeen"));
        assertThat(again.get(0).path("lastSeen")).isNotEqualTo(first.get(0).path("lastSeen"));
        assertThat(changed).hasSize(2);
        assertThat(changed.get(0).path("shape").toString()).doesNotContain("planned_kind");
        assertThat(changed.get(0).path("newest").asBoolean()).isTrue();
        assertThat(changed.get(1).path("newest").asBoolean()).isFalse();
        assertThat(changed.get(1).path("plans").asInt()).isEqualTo(2);
        admin.get(QUERIES + "/plans?changed=maybe").isProblem(400);
        admin.get(QUERIES + "/plans?id=x").isProblem(400);
        Api.agent().get(QUERIES + "/plans").is(403);
        Api.agent().post(QUERIES + "/plans", Api.JSON.createObjectNode()).is(403);
    }

    @Test
    void eachNodeCountsForItself() {
        assertThat(admin.get(QUERIES + "?node=replica1").is(200).text("node")).isEqualTo("replica1");
        assertThat(admin.get(QUERIES + "?node=nobody").isProblem(400).text("detail"))
                .contains("node must be one of primary");
        admin.get(QUERIES + "?order=worst").isProblem(400);
        admin.get(QUERIES + "?limit=0").isProblem(400);
        admin.get(QUERIES + "/x/plan").isProblem(400);
        admin.get(QUERIES + "/1/plan").isProblem(404);
        Api.agent().get(QUERIES).is(403);
        Api.agent().get(USAGE).is(403);
    }

    @Test
    void indexesThatAreOfNoUseAndThoseThatAreMissingAreTold() {
        JsonNode usage = admin.get(USAGE).is(200).json();

        assertThat(usage.path("nodes")).hasSize(5);
        assertThat(usage.path("notAsked")).isEmpty();
        isAdvised(usage, "UNUSED", "tuned_note");
        isAdvised(usage, "INVALID", "tuned_broken");
        isAdvised(usage, "DUPLICATE", "tuned_kind_again");
        // Not its twin, which is the primary key.
        isAdvised(usage, "DUPLICATE", "tuned_alone");
        JsonNode missing = find(kind(usage, "MISSING"), "table", "tuned").orElseThrow();
        assertThat(missing.path("detail").asText()).startsWith("read as a whole ");
        assertThat(find(kind(usage, "FOREIGN_KEY"), "table", "tuned_child")
                        .orElseThrow()
                        .path("detail")
                        .asText())
                .contains("(tuned_id) refers to");
        assertThat(find(kind(usage, "UNUSED"), "index", "tuned_pkey")).isEmpty();
    }

    private static void isAdvised(JsonNode usage, String kind, String index) {
        assertThat(find(kind(usage, kind), "index", index))
                .as("%s in %s", index, usage)
                .isPresent();
    }

    private static JsonNode kind(JsonNode usage, String kind) {
        return Api.array(StreamSupport.stream(usage.path("advice").spliterator(), false)
                .filter(advice -> advice.path("kind").asText().equals(kind))
                .toArray());
    }
}
