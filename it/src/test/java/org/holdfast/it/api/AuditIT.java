package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.encoded;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit trail of the running system: who did what, once, and what tampering leaves behind. */
class AuditIT {
    private static final Duration SEALED_WITHIN = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Databases databases = new Databases();
    private final Api agent = Api.agent();
    private final Api admin = Api.admin();

    private List<JsonNode> entries(String query) {
        return admin.get("/api/admin/audit?limit=500&" + query, "Holdfast-Consistency", "strong")
                .is(200)
                .items();
    }

    private List<JsonNode> entriesOf(String entity, String id) {
        return entries("entity=" + entity + "&id=" + encoded(id));
    }

    private static String operations(List<JsonNode> newestFirst) {
        return newestFirst.stream()
                .map(entry -> entry.path("operation").asText())
                .collect(Collectors.joining(" "));
    }

    @Test
    void everyChangeLeavesOneEntryThatSaysWhoAndWhat() {
        String user = RunningSystem.get().agent().user();
        String request = unique("r");
        Answer created = agent.post("/api/agents", object("name", unique("audited")), "X-Request-Id", request)
                .is(201);
        assertThat(created.header("X-Request-Id")).isEqualTo(request);
        String id = created.id();
        agent.patch("/api/agents/" + id, object("description", "one")).is(200);
        agent.patch("/api/agents/" + id, object("description", "one")).is(200);
        agent.delete("/api/agents/" + id).is(204);

        List<JsonNode> found = entriesOf("memory.agent", id);

        // A change to what it was already may count as a change of the version: one entry at most.
        assertThat(operations(found)).matches("DELETE UPDATE (UPDATE )?INSERT");
        JsonNode insert = found.get(found.size() - 1);
        JsonNode update = found.get(found.size() - 2);
        assertThat(insert.path("actor").asText()).isEqualTo(user);
        assertThat(insert.path("requestId").asText()).isEqualTo(request);
        assertThat(insert.path("source").asText()).isEqualTo("api");
        assertThat(insert.path("roles").asText()).isEqualTo("agent");
        assertThat(insert.path("address").asText()).isNotEmpty();
        assertThat(insert.path("epoch").asLong()).isEqualTo(databases.epoch());
        assertThat(update.path("changes").path("description").toString()).isEqualTo("[null,\"one\"]");
    }

    @Test
    void aMemorysEntriesTellNoVectors() {
        String agentId = agent.newAgent();
        String id = agent.post("/api/memories", object("agentId", agentId, "kind", "CONTEXT", "text", "seen"))
                .is(201)
                .id();
        agent.put("/api/memories/" + id, object("text", "seen twice")).is(200);

        List<JsonNode> found = entriesOf("memory.memory", id);

        assertThat(operations(found)).isEqualTo("UPDATE INSERT");
        assertThat(found.get(0).path("changes").path("text").toString()).isEqualTo("[\"seen\",\"seen twice\"]");
        assertThat(found.get(0).path("changes").path("embedding").toString()).isEqualTo("[\"...\",\"...\"]");
        assertThat(found.get(0).path("changes").has("text_search")).isFalse();
    }

    @Test
    void whatWasRefusedOrRolledBackLeavesNoEntryOfAChange() {
        String name = unique("taken");
        agent.post("/api/agents", object("name", name)).is(201);

        agent.post("/api/agents", object("name", name)).isProblem(409);

        assertThat(entries("entity=memory.agent").stream()
                        .filter(entry ->
                                entry.path("changes").path("name").toString().contains(name)))
                .hasSize(1);
    }

    @Test
    void changesByHandAreMarkedAndBulkChangesLeaveAnEntryForEachRow() {
        String first = agent.newAgent();
        String second = agent.newAgent();

        databases.execute(
                NodeName.PRIMARY,
                "update memory.agent set description = 'by hand' where id in ('" + first + "', '" + second + "')");

        for (String id : List.of(first, second)) {
            JsonNode newest = entriesOf("memory.agent", id).get(0);
            assertThat(newest.path("source").asText()).isEqualTo("outside");
            assertThat(newest.path("actor").asText()).isEqualTo("postgres");
        }
    }

    @Test
    void logInsAndRefusalsAreTold() {
        String user = RunningSystem.get().agent().user();
        String password = unique("wrong");
        Api.anonymous().logIn(user, password).isProblem(401);
        String request = unique("refused");
        agent.get("/api/admin/audit", "X-Request-Id", request).isProblem(403);

        await().atMost(SEALED_WITHIN).pollInterval(POLL).untilAsserted(() -> {
            List<JsonNode> found = entries("actor=" + encoded(user));
            assertThat(operations(found)).contains("LOGIN_FAILED").contains("LOGIN ");
            assertThat(found.stream()
                            .filter(entry -> entry.path("requestId").asText().equals(request)))
                    .singleElement()
                    .satisfies(entry ->
                            assertThat(entry.path("operation").asText()).isEqualTo("REFUSED"));
            assertThat(found.toString()).doesNotContain(password);
        });
    }

    @Test
    void tamperingIsFoundAndNamed() {
        String id = agent.newAgent();
        agent.newAgent();
        awaitSealed();
        JsonNode whole = verify();
        assertThat(whole.path("broken")).as("%s", whole).isEmpty();
        assertThat(whole.path("verified").asLong()).isPositive();
        assertThat(admin.get("/api/admin/jobs/" + whole.path("job").asLong())
                        .is(200)
                        .text("name"))
                .isEqualTo("audit-verify");
        JsonNode entry = entriesOf("memory.agent", id).get(0);
        String where = " where id = '" + entry.path("id").asText() + "'";

        tamper("update audit.entry set actor = 'somebody else'" + where);
        isNamed(entry, "actor");
        tamper("update audit.entry set actor = '" + entry.path("actor").asText() + "'" + where);
        assertThat(verify().path("broken")).isEmpty();

        String kept = "create table public.kept_entry as select * from audit.entry" + where;
        databases.execute(NodeName.PRIMARY, kept);
        tamper("delete from audit.entry" + where);
        isNamed(entry, "missing");
        tamper("insert into audit.entry select * from public.kept_entry");
        databases.execute(NodeName.PRIMARY, "drop table public.kept_entry");
        assertThat(verify().path("broken")).isEmpty();
    }

    @Test
    void anErasureKeepsTheChain() {
        String id = agent.newAgent();
        awaitSealed();

        Answer erased = admin.post("/api/admin/audit/erase", object("entity", "memory.agent", "id", id))
                .is(200);

        assertThat(erased.json().path("erased").asLong()).isEqualTo(1);
        assertThat(entriesOf("memory.agent", id).stream()
                        .filter(entry -> entry.path("operation").asText().equals("INSERT")))
                .singleElement()
                .satisfies(entry -> assertThat(entry.has("changes")).isFalse());
        awaitSealed();
        assertThat(verify().path("broken")).isEmpty();
    }

    @Test
    void anExportIsVerifiedWithoutAServer(@TempDir Path directory) throws IOException, InterruptedException {
        agent.newAgent();
        awaitSealed();
        assertThat(admin.get("/api/admin/audit/anchors").is(200).items()).isNotEmpty();
        String export = admin.get("/api/admin/audit/export").is(200).body();
        Path whole = Files.writeString(directory.resolve("whole.ndjson"), export);
        List<String> lines = export.lines().toList();
        int removed = lines.size() / 3;
        Path shortened = Files.write(
                directory.resolve("shortened.ndjson"),
                IntStream.range(0, lines.size())
                        .filter(line -> line != removed)
                        .mapToObj(lines::get)
                        .toList());

        assertThat(verifyFile(whole)).contains("exit 0").contains(" 0 findings");
        assertThat(verifyFile(shortened)).contains("exit 1").contains("it is missing");
    }

    private static String verifyFile(Path export) throws IOException, InterruptedException {
        Path output = export.resolveSibling("output");
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.holdfast.launcher.Main",
                        "audit",
                        "verify",
                        export.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output) + "exit " + process.exitValue();
    }

    @Test
    void whatIsAskedForWronglyIsRefused() {
        for (String query : List.of("from=yesterday", "to=x", "limit=0", "cursor=x", "actor=")) {
            admin.get("/api/admin/audit?" + query).isProblem(400);
        }
        admin.post("/api/admin/audit/verify", object("tenant", "x")).isProblem(400);
        admin.post("/api/admin/audit/verify", object("from", 0)).isProblem(400);
        admin.post("/api/admin/audit/erase", object("entity", "memory.agent")).isProblem(400);
        agent.post("/api/admin/audit/verify", object()).isProblem(403);
        Api.anonymous().get("/api/admin/audit").isProblem(401);
    }

    private JsonNode verify() {
        return admin.send("POST", "/api/admin/audit/verify", BodyPublishers.noBody())
                .is(200)
                .json();
    }

    private void isNamed(JsonNode entry, String why) {
        JsonNode broken = verify().path("broken");
        assertThat(broken).as("%s", broken).hasSize(1);
        assertThat(broken.get(0).path("sequence").asLong())
                .isEqualTo(entry.path("sequence").asLong());
        assertThat(broken.get(0).path("why").asText()).contains(why);
    }

    private void awaitSealed() {
        databases.awaitAnswer(NodeName.PRIMARY, "select count(*)::text from audit.entry where sequence is null", "0");
    }

    /** Past the triggers, as only a superuser can. */
    private void tamper(String sql) {
        databases.execute(
                NodeName.PRIMARY,
                "do $$ begin set local session_replication_role = replica; " + sql.replace("$$", "") + "; end $$");
    }
}
