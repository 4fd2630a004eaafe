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
import java.time.Instant;
import java.util.List;
import java.util.UUID;
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
    private static final Duration DETACHED_WITHIN = Duration.ofMinutes(3);
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

    @Test
    void monthsOlderThanTheRetentionLeaveAndWhatStaysIsProvable(@TempDir Path directory)
            throws IOException, InterruptedException {
        UUID tenant = UUID.randomUUID();
        for (NodeName head : List.of(NodeName.PRIMARY, NodeName.FAILOVER)) {
            for (String month : List.of("2020-01-01", "2020-02-01")) {
                databases.execute(head, "set role holdfast_owner; select audit.make_month('" + month + "')");
            }
        }
        String now = Instant.now().toString();
        enter(tenant, "2020-01-10", "2020-01-11", "2020-01-12", "2020-02-10", "2020-02-11", now);
        awaitSealed();
        // Sealed after entries of later months.
        enter(tenant, "2020-02-28");
        awaitSealed();
        enter(tenant, now);
        awaitSealed();
        Api itsAdmin = Api.loggedIn(new Tenants().adminOf(tenant));
        awaitSealed();
        assertThat(verify().path("broken")).isEmpty();

        RunningSystem.get().restartApplication("-Dholdfast.audit.retention-months=12");
        try {
            for (NodeName head : List.of(NodeName.PRIMARY, NodeName.FAILOVER)) {
                await().atMost(DETACHED_WITHIN)
                        .pollInterval(POLL)
                        .untilAsserted(() -> assertThat(databases.query(
                                        head,
                                        "select c.relname from pg_class c where c.relkind = 'r'"
                                                + " and c.relnamespace = 'audit_detached'::regnamespace order by 1"))
                                .as("%s", head)
                                .containsExactly("entry_2020_01", "entry_2020_02"));
                databases.awaitAnswer(head, sequences("audit.entry", tenant) + " and sequence < 9", "6 8");
            }
            assertThat(databases.query(NodeName.PRIMARY, sequences("audit_detached.entry_2020_02", tenant)))
                    .containsExactly("4 5 7");
            assertThat(verify().path("broken")).isEmpty();
            JsonNode migrations = admin.get("/api/admin/migrations").is(200).json();
            assertThat(migrations.path("fingerprint").path("differences"))
                    .as("%s", migrations.path("fingerprint"))
                    .isEmpty();
            assertThat(export(itsAdmin, directory)).contains("exit 0").contains(" 0 findings");

            moveTheBeginning(tenant);
            assertThat(verify().path("broken").toString())
                    .contains("the signature of the chain's beginning does not fit");
            assertThat(export(itsAdmin, directory)).contains("exit 1").contains("the chain's beginning does not fit");

            tamper("delete from audit.base where tenant_id = '" + tenant + "'");
            assertThat(verify().path("broken").toString()).contains("the 5 entries up to 5 are missing");
        } finally {
            tamper("delete from audit.base where tenant_id = '" + tenant + "'");
            tamper("insert into audit.base select * from public.kept_base");
            databases.execute(NodeName.PRIMARY, "drop table public.kept_base");
            RunningSystem.get().restartApplication("");
        }
        assertThat(verify().path("broken")).isEmpty();
    }

    // As whoever removes the beginning would have to: the base is that of a month more.
    private void moveTheBeginning(UUID tenant) {
        databases.execute(
                NodeName.PRIMARY,
                "create table public.kept_base as select * from audit.base where tenant_id = '" + tenant + "'");
        tamper(
                "update audit.base b set sequence = 6, hash = e.chain_hash from audit.entry e where e.tenant_id = b.tenant_id"
                        + " and e.sequence = 6 and b.month = '2020-02-01' and b.tenant_id = '" + tenant + "'");
    }

    private static String sequences(String table, UUID tenant) {
        return "select string_agg(sequence::text, ' ' order by sequence) from " + table + " where tenant_id = '"
                + tenant + "'";
    }

    /** Entries of some moments, as the application would have written them then. */
    private void enter(UUID tenant, String... moments) {
        tamper(
                "insert into audit.entry (tenant_id, at, id, epoch, lsn, xid, source, operation, entity, entity_id, actor,"
                        + " changes) select '" + tenant
                        + "', at, gen_random_uuid(), 1, '0/1', 1, 'api', 'UPDATE', 'memory.agent',"
                        + " 'old', 'ann', '{\"name\": [\"a\", \"b\"]}' from unnest('{" + String.join(",", moments)
                        + "}'::timestamptz[]) at");
    }

    private static String export(Api by, Path directory) throws IOException, InterruptedException {
        String export = by.get("/api/admin/audit/export", "Holdfast-Consistency", "strong")
                .is(200)
                .body();
        return verifyFile(Files.writeString(directory.resolve("export.ndjson"), export));
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
