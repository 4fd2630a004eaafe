package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The comparison of the clusters, over rows that were damaged on the standby by hand, while callers write. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntegrityIT {
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(100);
    // More than two chunks.
    private static final int TAGS = 12_000;
    private static final String PATH = "/api/admin/integrity";

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Api agent = Api.agent();
    private Api admin = Api.admin();

    @BeforeAll
    void makeRows() {
        databases.restore();
        databases.execute(
                NodeName.PRIMARY,
                "insert into memory.tag (id, tenant_id, name) select gen_random_uuid(), id, 'tag ' || i"
                        + " from auth.tenant, generate_series(1, " + TAGS + ") i where auth.tenant.name ="
                        + " (select min(name) from auth.tenant)");
        databases.awaitSame();
    }

    @AfterEach
    void restore() {
        databases.restore();
        databases.awaitSame();
        admin = Api.admin();
    }

    private JsonNode run(boolean repair) {
        Answer accepted = admin.post(PATH, object("repair", repair)).is(202);
        String id = accepted.json().path("id").asText();
        assertThat(accepted.header("Location")).endsWith("/api/admin/jobs/" + id);
        JsonNode job = admin.ended(id);
        assertThat(job.path("status").asText()).as("%s", job).isEqualTo("COMPLETED");
        JsonNode report = report();
        assertThat(report.path("endedAt").asText()).as("%s", report).endsWith("Z");
        return report;
    }

    private JsonNode report() {
        return admin.get(PATH).is(200).json();
    }

    private static JsonNode table(JsonNode report, String name) {
        for (JsonNode table : report.path("tables")) {
            if (table.path("table").asText().equals(name)) {
                return table;
            }
        }
        throw new AssertionError("no table " + name + " in " + report);
    }

    private static List<String> found(JsonNode report) {
        List<String> found = new ArrayList<>();
        report.path("findings")
                .forEach(finding -> found.add(finding.path("node").asText() + " "
                        + finding.path("kind").asText() + " "
                        + finding.path("object").asText() + " "
                        + finding.path("key").asText()));
        return found;
    }

    /** Past triggers and replication, as only a superuser can. */
    private void tamper(String sql) {
        databases.execute(
                NodeName.FAILOVER,
                "do $$ begin set local session_replication_role = replica; " + sql.replace("$$", "") + "; end $$");
    }

    private List<String> tags(int count) {
        return databases.query(NodeName.PRIMARY, "select id::text from memory.tag order by id limit " + count);
    }

    @Test
    void clustersThatAreEqualHaveNoFindingsWhileRowsAreWritten() {
        try (Writers writers = new Writers(agent, "/api/agents/" + agent.newAgent())) {
            writers.awaitMore(20);
            for (int i = 0; i < 3; i++) {
                JsonNode report = run(false);
                assertThat(found(report)).as("%s", report).isEmpty();
            }
            writers.awaitMore(20);
            assertThat(writers.errors()).isEmpty();
        }
        JsonNode report = run(false);

        assertThat(found(report)).isEmpty();
        JsonNode tags = table(report, "memory.tag");
        assertThat(tags.path("rows").asLong())
                .isEqualTo(Long.parseLong(databases
                        .query(NodeName.PRIMARY, "select count(*)::text from memory.tag")
                        .get(0)));
        assertThat(tags.path("chunks").asLong()).isGreaterThan(2);
        assertThat(table(report, "audit.entry").path("rows").asLong()).isGreaterThan(TAGS);
        assertThat(report.path("checks").path("objects").asLong()).isGreaterThan(100);
        assertThat(report.path("checks").path("findings")).as("%s", report).isEmpty();
        assertThat(report.path("at").isMissingNode()).isTrue();
    }

    @Test
    void whatDiffersIsNamedAndRepaired() throws IOException {
        List<String> tags = tags(3 * TAGS / 4);
        String removed = tags.get(0);
        String changed = tags.get(TAGS / 2);
        String name = databases
                .query(NodeName.PRIMARY, "select name from memory.tag where id = '" + removed + "'")
                .get(0);
        String added = removed.substring(0, removed.length() - 1) + (removed.endsWith("0") ? "1" : "0");
        String entry = databases
                .query(
                        NodeName.PRIMARY,
                        "select tenant_id || ' ' || to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || ' ' || id"
                                + " from audit.entry where sequence is not null order by at limit 1")
                .get(0);
        String entryId = entry.substring(entry.lastIndexOf(' ') + 1);
        tamper("delete from memory.tag where id = '" + removed + "'");
        tamper("update memory.tag set name = 'not the writer''s' where id = '" + changed + "'");
        // It has the name of the one that is missing, over which the repair must not stumble.
        tamper("insert into memory.tag select '" + added + "', id, '" + name
                + "' from auth.tenant where name = (select min(name) from auth.tenant)");
        tamper("delete from audit.entry where id = '" + entryId + "'");

        try (Writers writers = new Writers(agent, "/api/agents/" + agent.newAgent())) {
            writers.awaitMore(5);
            JsonNode report = run(false);

            assertThat(found(report))
                    .hasSize(4)
                    .contains(
                            "failover missing memory.tag " + removed,
                            "failover different memory.tag " + changed,
                            "failover extra memory.tag " + added)
                    .anyMatch(finding ->
                            finding.startsWith("failover missing audit.entry ") && finding.endsWith(entryId));
            assertThat(table(report, "memory.tag").path("findings").asLong()).isEqualTo(3);
            assertThat(table(report, "memory.tag").path("repaired").asLong()).isZero();
            assertThat(gauge()).isEqualTo(4);

            JsonNode repaired = run(true);
            assertThat(found(repaired)).hasSize(4);
            assertThat(repaired.path("findings"))
                    .allSatisfy(finding -> assertThat(finding.path("repaired").asBoolean())
                            .as("%s", finding)
                            .isTrue());
            assertThat(found(run(false))).isEmpty();
            writers.awaitMore(5);
        }
        databases.awaitSame();
        assertThat(gauge()).isZero();
        assertThat(
                        databases.query(
                                NodeName.PRIMARY,
                                "select entity || ' ' || sum((changes -> 'standbyRows' ->> 1)::int) || ' ' || actor"
                                        + " from audit.entry where operation = 'REPAIRED' group by entity, actor order by entity"))
                .as("one entry a chunk")
                .containsExactly(
                        "audit.entry 1 " + system.admin().user(),
                        "memory.tag 3 " + system.admin().user());
        assertThat(databases.query(
                        NodeName.PRIMARY,
                        "select entity from audit.entry where entity like 'orchestration.integrity%'"))
                .as("its own bookkeeping is no news")
                .isEmpty();
        assertThat(Files.readString(system.log()))
                .contains("rows of memory.tag on failover are not as the writer's", "missing " + removed);
    }

    private long gauge() {
        return Api.anonymous()
                .get("/metrics")
                .is(200)
                .body()
                .lines()
                .filter(line -> line.contains("holdfast_integrity_findings") && !line.startsWith("#"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(-1);
    }

    @Test
    void aRunThatWasStoppedGoesOnWhereItWasAlsoOnANewWriter() throws SQLException {
        String first = stoppedAtTheTags();
        String run = report().path("id").asText();
        assertThat(report().path("at").asText()).isNotEmpty();
        assertThat(report().path("endedAt").isMissingNode()).isTrue();
        JsonNode again = admin.post("/api/admin/jobs/" + first + "/restart", object())
                .is(202)
                .json();
        assertThat(admin.ended(again.path("id").asText()).path("status").asText())
                .isEqualTo("COMPLETED");
        JsonNode whole = report();
        assertThat(whole.path("id").asText()).isEqualTo(run);
        assertThat(table(whole, "memory.agent").path("chunks").asLong()).isEqualTo(1);
        assertThat(found(whole)).isEmpty();

        stoppedAtTheTags();
        run = report().path("id").asText();
        databases.switchTo("failover");
        admin = Api.admin();
        JsonNode elsewhere = run(false);

        assertThat(elsewhere.path("id").asText()).isEqualTo(run);
        assertThat(table(elsewhere, "memory.agent").path("chunks").asLong()).isEqualTo(1);
        assertThat(found(elsewhere)).isEmpty();
    }

    /** Somebody holds the table on the standby; the job waits for it, and is stopped. */
    private String stoppedAtTheTags() throws SQLException {
        try (Connection held = databases.connect(NodeName.FAILOVER);
                Statement statement = held.createStatement()) {
            held.setAutoCommit(false);
            statement.execute("lock table memory.tag in access exclusive mode");
            String job = admin.post(PATH, object()).is(202).json().path("id").asText();
            await().atMost(ENDED_WITHIN)
                    .pollInterval(POLL)
                    .until(() -> databases
                            .query(
                                    NodeName.FAILOVER,
                                    "select exists (select from pg_locks where not granted and relation ="
                                            + " 'memory.tag'::regclass)::text")
                            .contains("true"));
            admin.post(PATH, object()).isProblem(409);
            admin.post("/api/admin/jobs/" + job + "/stop", object()).is(202);
            assertThat(admin.ended(job).path("status").asText()).isEqualTo("STOPPED");
            return job;
        }
    }

    @Test
    void indexesAndConstraintsThatAreNotSoundAreNamed() {
        databases.execute(NodeName.FAILOVER, "create index unsound on memory.tag (name, id)");
        try {
            databases.execute(
                    NodeName.FAILOVER,
                    "update pg_index set indisvalid = false where indexrelid = 'memory.unsound'::regclass");
            databases.execute(
                    NodeName.FAILOVER, "alter table memory.tag add constraint unsound check (name <> '-') not valid");
            // The replica has it by its own log.
            databases.awaitAnswer(
                    NodeName.FAILOVER_REPLICA1,
                    "select count(*)::text from pg_constraint where conname = 'unsound'",
                    "1");

            List<String> found = new ArrayList<>();
            run(false)
                    .path("checks")
                    .path("findings")
                    .forEach(finding -> found.add(finding.path("node").asText() + " "
                            + finding.path("kind").asText() + " "
                            + finding.path("object").asText()));

            assertThat(found)
                    .containsExactlyInAnyOrder(
                            "failover invalid_index memory.unsound",
                            "failover unvalidated_constraint memory.tag, unsound",
                            "failoverReplica1 invalid_index memory.unsound",
                            "failoverReplica1 unvalidated_constraint memory.tag, unsound");
        } finally {
            databases.execute(NodeName.FAILOVER, "drop index memory.unsound");
            databases.execute(NodeName.FAILOVER, "alter table memory.tag drop constraint if exists unsound");
        }
    }

    @Test
    void anIndexThatIsNotInItsOrderIsNamed() {
        String compare = "create or replace function memory.turned(text, text) returns int language sql immutable as ";
        for (String sql : List.of(
                compare + "'select bttextcmp($1, $2)'",
                "create operator class memory.turned for type text using btree as operator 1 <, operator 2 <=,"
                        + " operator 3 =, operator 4 >=, operator 5 >, function 1 memory.turned(text, text)",
                "create index damaged on memory.tag (name memory.turned)",
                compare + "'select bttextcmp($2, $1)'")) {
            databases.execute(NodeName.FAILOVER, sql);
        }
        try {
            databases.awaitAnswer(NodeName.FAILOVER_REPLICA1, "select memory.turned('a', 'b')::text", "1");

            JsonNode findings = run(false).path("checks").path("findings");

            assertThat(findings).hasSize(2).allSatisfy(finding -> {
                assertThat(finding.path("kind").asText()).as("%s", finding).isEqualTo("damaged_index");
                assertThat(finding.path("object").asText()).isEqualTo("memory.damaged");
                assertThat(finding.path("detail").asText()).contains("item order invariant");
            });
            assertThat(findings.findValuesAsText("node")).containsExactlyInAnyOrder("failover", "failoverReplica1");
        } finally {
            databases.execute(NodeName.FAILOVER, "drop index if exists memory.damaged");
            databases.execute(NodeName.FAILOVER, "drop operator family if exists memory.turned using btree cascade");
            databases.execute(NodeName.FAILOVER, "drop function memory.turned(text, text) cascade");
        }
    }

    @Test
    void withoutAStandbyThatFollowsItIsRefused() {
        system.kill("failover");
        databases.awaitState("failover", "down");

        assertThat(admin.post(PATH, object("repair", true)).isProblem(409).text("detail"))
                .contains("failover is down");
        assertThat(admin.post(PATH, object()).isProblem(409).text("detail")).contains("failover is down");
    }

    // One test, so that what comes after each is not done after each body.
    @TestFactory
    Stream<DynamicTest> badInputIsRefused() {
        return Stream.of(
                        "",
                        "[]",
                        "null",
                        "{\"repair\":\"yes\"}",
                        "{\"repair\":1}",
                        "{\"tables\":[]}",
                        "{\"repair\":true")
                .map(body -> DynamicTest.dynamicTest(
                        "'" + body + "'",
                        () -> admin.text("POST", PATH, Api.APPLICATION_JSON, body)
                                .isProblem(400)));
    }

    @Test
    void nobodyElseMay() {
        agent.get(PATH).isProblem(403);
        agent.post(PATH, object()).isProblem(403);
        Api.anonymous().post(PATH, object()).isProblem(401);
    }
}
