package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.array;
import static org.holdfast.it.api.Api.object;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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

/** What an administrator does with migrations, of files that are put into the directory while everything runs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MigrationsIT {
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final int ROWS = 4000;

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Path directory = system.migrations();
    private Api admin = Api.anonymous();
    private String shipped = "";

    @BeforeAll
    void findTheLastVersionOfTheApplication() {
        databases.awaitWhole();
        admin = Api.admin();
        List<JsonNode> items = admin.get("/api/admin/migrations").is(200).items();
        shipped = items.get(items.size() - 1).path("version").asText();
    }

    @AfterEach
    void takeEverythingBack() throws IOException {
        databases.restore();
        databases.awaitSame();
        // The token of before a switch that lost nothing is as good as ever, but may have run out.
        admin = Api.admin();
        rollBack(shipped);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private void file(String name, String text) {
        try {
            Path file = directory.resolve(name);
            Files.writeString(file, text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        } catch (IOException failure) {
            throw new AssertionError(name, failure);
        }
    }

    private JsonNode ended(Answer accepted) {
        String job = accepted.is(202).json().path("id").asText();
        assertThat(accepted.header("Location")).endsWith("/api/admin/jobs/" + job);
        return admin.ended(job);
    }

    private void completed(Answer accepted) {
        JsonNode job = ended(accepted);
        assertThat(job.path("status").asText()).as("%s", job).isEqualTo("COMPLETED");
        assertThat(job.path("detail").asText())
                .as("%s", job)
                .startsWith("MIGRATED")
                .doesNotContain("differ");
    }

    private void run() {
        completed(admin.post("/api/admin/migrations/run", object()));
    }

    private void rollBack(String target) {
        completed(admin.post("/api/admin/migrations/rollback", object("target", target, "confirm", target)));
    }

    private JsonNode item(String version) {
        return admin.get("/api/admin/migrations").is(200).items().stream()
                .filter(item -> item.path("version").asText().equals(version))
                .findFirst()
                .orElseThrow();
    }

    private String fingerprint() {
        JsonNode fingerprint = admin.get("/api/admin/migrations").is(200).json().path("fingerprint");
        assertThat(fingerprint.path("equal").asBoolean()).as("%s", fingerprint).isTrue();
        assertThat(fingerprint.path("failover")).isEqualTo(fingerprint.path("primary"));
        return fingerprint.path("primary").asText();
    }

    private void counters(int rows, String chunk) {
        file("V900__counter.sql", "create table memory.counter (id int primary key, touched int not null default 0)");
        file("U900__counter.sql", "drop table memory.counter");
        file(
                "V901__rows.sql",
                "-- holdfast: data\ninsert into memory.counter (id) select generate_series(1, " + rows + ")");
        file("U901__rows.sql", "delete from memory.counter");
        file(
                "V902__touch.sql",
                "-- holdfast: data table=memory.counter key=id chunk=" + chunk
                        + "\nupdate memory.counter set touched = touched + 1 where id > :after and id <= :upto");
        file("U902__touch.sql", "update memory.counter set touched = 0");
    }

    private void assertTouchedOnce(NodeName head, int rows) {
        databases.awaitAnswer(
                head,
                "select string_agg(distinct touched::text, ' ') || ' ' || count(*) from memory.counter",
                "1 " + rows);
    }

    @Test
    void everyVersionOfTheApplicationIsOnBothClusters() {
        Answer list = admin.get("/api/admin/migrations").is(200);

        assertThat(list.items()).isNotEmpty().allSatisfy(item -> {
            assertThat(item.path("state").asText()).as("%s", item).isEqualTo("applied");
            assertThat(item.path("primary").path("appliedAt").asText()).endsWith("Z");
            assertThat(item.path("failover").path("appliedAt").asText()).endsWith("Z");
        });
        assertThat(list.json().path("next").isNull()).isTrue();
        assertThat(fingerprint()).matches("[0-9a-f]{64}");
    }

    @Test
    void aPlanIsRunAndTakenBack() {
        String before = fingerprint();
        counters(ROWS, "500");
        file("V903__narrow.sql", "-- holdfast: contract\nalter table memory.counter drop column touched");
        file("U903__narrow.sql", "alter table memory.counter add column touched int not null default 1");

        JsonNode plan =
                admin.post("/api/admin/migrations/plan", object()).is(200).json();

        List<String> steps = new ArrayList<>();
        plan.path("steps")
                .forEach(step -> steps.add(step.path("order").asInt() + " "
                        + step.path("version").asText() + " "
                        + step.path("kind").asText() + " "
                        + step.path("cluster").asText()));
        assertThat(steps)
                .containsExactly(
                        "1 900 expand failover",
                        "2 900 expand primary",
                        "3 901 data primary",
                        "4 902 data primary",
                        "5 903 contract primary",
                        "6 903 contract failover");
        assertThat(item("900").path("state").asText()).isEqualTo("pending");
        assertThat(item("900").path("primary").isNull()).isTrue();

        completed(admin.post("/api/admin/migrations/run", object("target", "902")));
        assertTouchedOnce(NodeName.PRIMARY, ROWS);
        assertTouchedOnce(NodeName.FAILOVER, ROWS);
        run();
        assertThat(item("903").path("state").asText()).isEqualTo("applied");

        JsonNode back = admin.post("/api/admin/migrations/plan", object("target", "899", "rollback", true))
                .isProblem(409)
                .json();
        assertThat(back.path("detail").asText()).contains("no version 899");
        assertThat(admin.post("/api/admin/migrations/plan", object("target", shipped, "rollback", true))
                        .is(200)
                        .json()
                        .path("findings")
                        .findValuesAsText("rule"))
                .contains("drops-rows");
        rollBack("902");
        assertTouchedOnce(NodeName.FAILOVER, ROWS);
        rollBack(shipped);
        assertThat(fingerprint()).isEqualTo(before);
        anonymousIsReady();
    }

    private void anonymousIsReady() {
        Api.anonymous().get("/health/ready").is(200);
    }

    @Test
    void anErrorStopsTheRunUnlessItIsOverriddenByName() {
        file("V900__no_key.sql", "create table memory.without_key (a int)");
        file("U900__no_key.sql", "drop table memory.without_key");

        JsonNode finding = admin.post("/api/admin/migrations/plan", object())
                .is(200)
                .json()
                .path("findings")
                .get(0);
        assertThat(finding.path("rule").asText()).isEqualTo("no-key");
        assertThat(finding.path("severity").asText()).isEqualTo("ERROR");
        assertThat(finding.path("line").asInt()).isEqualTo(1);
        assertThat(admin.post("/api/admin/migrations/run", object())
                        .isProblem(409)
                        .text("detail"))
                .contains("no primary key");
        assertThat(item("900").path("state").asText()).isEqualTo("pending");

        completed(admin.post("/api/admin/migrations/run", object("override", array("no-key"))));
        assertThat(item("900").path("state").asText()).isEqualTo("applied");
    }

    @Test
    void whatDoesNotFitItsKindIsNotOverridden() {
        file("V900__drop.sql", "drop table memory.tag");

        admin.post("/api/admin/migrations/run", object("override", array("no-rollback")))
                .isProblem(409);
        admin.post("/api/admin/migrations/run", object("override", array("kind")))
                .isProblem(400);
    }

    @Test
    void aDataVersionIsStoppedAndStartedAgain() {
        counters(ROWS, "10");
        String job = admin.post("/api/admin/migrations/run", object())
                .is(202)
                .json()
                .path("id")
                .asText();
        await().atMost(ENDED_WITHIN)
                .pollInterval(POLL)
                .until(() -> admin.job(job).path("progress").path("done").asLong() > 0);
        JsonNode progress = admin.job(job).path("progress");
        assertThat(progress.path("total").asLong()).as("%s", progress).isEqualTo(ROWS);
        admin.post("/api/admin/jobs/" + job + "/restart", object()).isProblem(409);

        admin.post("/api/admin/jobs/" + job + "/stop", object()).is(202);

        assertThat(admin.ended(job).path("status").asText()).isEqualTo("STOPPED");
        assertThat(item("902").path("state").asText()).isEqualTo("pending");
        admin.post("/api/admin/jobs/" + job + "/stop", object()).isProblem(409);
        completed(admin.post("/api/admin/jobs/" + job + "/restart", object()));
        assertTouchedOnce(NodeName.PRIMARY, ROWS);
        assertTouchedOnce(NodeName.FAILOVER, ROWS);
    }

    @Test
    void aDataVersionGoesOnWhereTheWriterIsNow() {
        counters(ROWS, "10");
        String job = admin.post("/api/admin/migrations/run", object())
                .is(202)
                .json()
                .path("id")
                .asText();
        await().atMost(ENDED_WITHIN)
                .pollInterval(POLL)
                .until(() -> admin.job(job).path("progress").path("done").asLong() > 0);

        databases.switchTo("failover");

        assertThat(admin.ended(job).path("status").asText()).isEqualTo("COMPLETED");
        assertTouchedOnce(NodeName.FAILOVER, ROWS);
        assertTouchedOnce(NodeName.PRIMARY, ROWS);
    }

    @Test
    void aStandbyThatIsDownIsWaitedFor() {
        file("V900__made.sql", "create table memory.made (id int primary key)");
        file("U900__made.sql", "drop table memory.made");
        system.kill("failover");
        databases.awaitState("failover", "down");

        String job = admin.post("/api/admin/migrations/run", object())
                .is(202)
                .json()
                .path("id")
                .asText();

        await().atMost(ENDED_WITHIN)
                .pollInterval(POLL)
                .until(() -> admin.get("/api/admin/migrations")
                        .is(200)
                        .json()
                        .path("waiting")
                        .asText()
                        .contains("failover"));
        assertThat(Api.anonymous().get("/health/ready").is(200).body()).contains("waits for the head of the failover");
        assertThat(databases.query(NodeName.PRIMARY, "select to_regclass('memory.made')::text"))
                .containsExactly((String) null);
        system.start("failover");
        assertThat(admin.ended(job).path("status").asText()).isEqualTo("COMPLETED");
        assertThat(item("900").path("state").asText()).isEqualTo("applied");
    }

    @Test
    void anEditedFileIsRefusedAndRepaired() {
        file("V900__made.sql", "create table memory.made (id int primary key)");
        file("U900__made.sql", "drop table memory.made");
        run();
        file("V900__made.sql", "create table memory.made (id int primary key) -- edited");

        assertThat(admin.post("/api/admin/migrations/run", object())
                        .isProblem(409)
                        .text("detail"))
                .contains("V900__made.sql", "/api/admin/migrations/repair");
        assertThat(item("900").path("state").asText()).isEqualTo("edited");
        assertThat(admin.post("/api/admin/migrations/repair", object("confirm", "repair"))
                        .is(200)
                        .json()
                        .path("repaired")
                        .get(0)
                        .asText())
                .isEqualTo("V900__made.sql");
        assertThat(item("900").path("state").asText()).isEqualTo("applied");
    }

    // One test, so that what comes after each is not done after each body.
    @TestFactory
    Stream<DynamicTest> badInputIsRefused() {
        return Stream.of(
                        "run {\"target\":\"abc\"}",
                        "run {\"target\":1}",
                        "run {\"override\":\"kind\"}",
                        "run {\"override\":[\"nothing\"]}",
                        "run {\"unknown\":1}",
                        "plan {\"target\":\"1..2\"}",
                        "plan {\"rollback\":true}",
                        "rollback {\"target\":\"3\"}",
                        "rollback {\"confirm\":\"3\"}",
                        "rollback {\"target\":\"3\",\"confirm\":\"4\"}",
                        "repair {}",
                        "repair {\"confirm\":\"yes\"}")
                .map(wrong -> DynamicTest.dynamicTest(wrong, () -> {
                    int blank = wrong.indexOf(' ');
                    admin.text(
                                    "POST",
                                    "/api/admin/migrations/" + wrong.substring(0, blank),
                                    Api.APPLICATION_JSON,
                                    wrong.substring(blank + 1))
                            .isProblem(400);
                }));
    }

    @Test
    void nobodyElseMay() {
        Api agent = Api.agent();

        agent.get("/api/admin/migrations").isProblem(403);
        agent.post("/api/admin/migrations/run", object()).isProblem(403);
        Api.anonymous().get("/api/admin/migrations").isProblem(401);
        admin.post("/api/admin/jobs/999999/stop", object()).isProblem(404);
        admin.post("/api/admin/jobs/999999/restart", object()).isProblem(404);
    }
}
