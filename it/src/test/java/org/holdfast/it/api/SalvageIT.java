package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.encoded;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.failover.Salvage;
import org.holdfast.failover.SalvageReport;
import org.holdfast.it.RunningSystem;
import org.holdfast.jdbc.Database;
import org.holdfast.launcher.NodeName;
import org.holdfast.topology.LogPosition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Goal: nothing that a lost primary had acknowledged is lost without a trace. Method: the failover stops listening, callers
 * write, the primary is killed and comes back. Invariants: the stored changes are the writes,
 * all of them, in their order, once, and no secret; callers can read them.
 */
class SalvageIT {
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String LARGE = "large é ".repeat(3_900);
    // What instances exclude each other by before they look after a head that has returned.
    private static final long REJOIN_LOCK = 0x52656a6f696eL;

    private final RunningSystem system = RunningSystem.get();
    private final Databases databases = new Databases();
    private final Api agent = Api.agent();
    private final Api admin = Api.admin();
    private long epoch;

    @BeforeEach
    void awaitWhole() {
        databases.awaitWhole();
        epoch = databases.epoch();
    }

    private void loseTheFailover() {
        awaitCaughtUp();
        databases.execute(NodeName.FAILOVER, "alter subscription holdfast disable");
        await().atMost(RECOVERED_WITHIN)
                .pollInterval(POLL)
                .until(() -> databases
                        .query(
                                NodeName.PRIMARY,
                                "select active::text from pg_replication_slots where slot_name = 'holdfast'")
                        .equals(List.of("false")));
    }

    private void loseThePrimary() {
        system.kill("primary");
        // As an operator's call to another instance would: a standby that was stopped does not take over by itself.
        databases.execute(
                NodeName.FAILOVER,
                "insert into ops.lost_writer (epoch, confirmed_at) values (" + epoch + ", clock_timestamp())");
        databases.awaitWriter("failover", epoch + 1);
    }

    @AfterEach
    void restore() {
        databases.restore();
    }

    private void awaitCaughtUp() {
        String written = databases
                .query(NodeName.PRIMARY, "select pg_current_wal_flush_lsn()::text")
                .get(0);
        await().atMost(RECOVERED_WITHIN)
                .pollInterval(POLL)
                .until(() -> databases
                        .query(
                                NodeName.PRIMARY,
                                "select (confirmed_flush_lsn >= '" + written + "')::text from pg_replication_slots"
                                        + " where slot_name = 'holdfast' and active")
                        .equals(List.of("true")));
    }

    private Answer newMemory(String agentId, String text) {
        return agent.post(
                        "/api/memories",
                        object("agentId", agentId, "kind", "CONTEXT", "text", text, "metadata", object("n", 1.50)))
                .is(201);
    }

    @Test
    void everyWriteThatTheFailoverNeverReceivedIsKeptOnce() throws SQLException {
        String agentId = agent.newAgent();
        Answer early = newMemory(agentId, "before");
        String oldMemory = early.id();
        loseTheFailover();
        String name = unique("lost \"agent\" \\ é");
        String lostAgent =
                agent.post("/api/agents", object("name", name)).is(201).id();
        agent.patch("/api/agents/" + agentId, object("description", "changed\n\"twice\""))
                .is(200);
        Answer lostWrite = newMemory(agentId, LARGE);
        String kept = lostWrite.id();
        String removed = newMemory(agentId, "removed").id();
        agent.delete("/api/memories/" + removed).is(204);
        agent.delete("/api/memories/" + oldMemory).is(204);
        Api.agent();
        List<Row> rows =
                List.of(row("memory.agent", lostAgent), row("memory.agent", agentId), row("memory.memory", kept));
        loseThePrimary();

        isInDoubt(agent.get("/api/agents/" + agentId, "Holdfast-Token", lostWrite.header("Holdfast-Token")));
        agent.get("/api/memories/" + oldMemory, "Holdfast-Token", early.header("Holdfast-Token"))
                .is(200);
        List<String> stored = new ArrayList<>();
        // As if the instance that looks after the returned head had died half-way.
        try (Connection lock = databases.connect(NodeName.FAILOVER);
                Statement statement = lock.createStatement()) {
            statement.execute("select pg_advisory_lock(" + REJOIN_LOCK + ")");
            system.start("primary");
            SalvageReport half = salvage(new Salvage(1));
            stored.addAll(everything());
            assertThat(half.added()).isEqualTo(half.changes()).isEqualTo(stored.size());
        }
        databases.awaitWhole();

        assertThat(everything()).isEqualTo(stored);
        assertThat(stored("memory.agent", "memory.memory"))
                .containsExactly(
                        "INSERT " + lostAgent,
                        "UPDATE " + agentId,
                        "INSERT " + kept,
                        "INSERT " + removed,
                        "DELETE " + removed,
                        "DELETE " + oldMemory);
        onlyOfTheAgentsTenant();
        rows.forEach(this::isStored);
        onlyMaskedSecrets();
        List<JsonNode> shown = shown();
        assertThat(shown.stream().map(item -> item.path("id").asText())).containsExactlyElementsOf(ofTheTenant());
        assertThat(shown.stream()
                        .filter(item -> item.path("key").path("id").asText().equals(lostAgent)))
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.path("table").asText()).isEqualTo("memory.agent");
                    assertThat(item.path("operation").asText()).isEqualTo("INSERT");
                    assertThat(item.path("epoch").asLong()).isEqualTo(epoch);
                    assertThat(item.path("after").path("name").asText()).isEqualTo(name);
                });
        assertThat(read("?epoch=" + (epoch + 1)).is(200).items()).isEmpty();
        agent.get("/api/agents/" + lostAgent).isProblem(404);
        databases.awaitSame();
    }

    private static void isInDoubt(Answer answer) {
        assertThat(answer.isProblem(409).text("category")).as("%s", answer).isEqualTo("in-doubt");
    }

    private void onlyOfTheAgentsTenant() {
        assertThat(databases.query(
                        NodeName.FAILOVER,
                        "select distinct coalesce(tenant_id::text, 'none') from orchestration.salvaged_change"
                                + " where table_name in ('memory.agent', 'memory.memory') and epoch = "
                                + epoch))
                .as("the tenants of what the agent changed, deletions too; jobs work for every tenant meanwhile")
                .containsExactlyElementsOf(databases.query(
                        NodeName.FAILOVER,
                        "select tenant_id::text from auth.user_account where username = ?",
                        system.agent().user()));
    }

    private void onlyMaskedSecrets() {
        assertThat(databases.query(
                        NodeName.FAILOVER,
                        "select (row_after ->> 'family_hash') || (row_after ->> 'refresh_hash')"
                                + " from orchestration.salvaged_change where table_name = 'auth.login_session' and epoch = "
                                + epoch))
                .isNotEmpty()
                .containsOnly("******");
    }

    @Test
    void whatCannotBeListedIsSaid() {
        assertThatThrownBy(() -> new Salvage()
                        .run(owner(NodeName.FAILOVER), owner(NodeName.FAILOVER), epoch, new LogPosition(0)))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.category()).isEqualTo(ErrorCategory.CONFLICT))
                .hasMessageContaining("no slot 'holdfast'");
    }

    @Test
    void aListThatIsAskedForWronglyIsRefused() {
        for (String query : List.of("?epoch=0", "?epoch=x", "?epoch=", "?limit=0", "?cursor=x")) {
            admin.get("/api/admin/salvage" + query).isProblem(400);
        }
        agent.get("/api/admin/salvage").isProblem(403);
    }

    private SalvageReport salvage(Salvage salvage) throws SQLException {
        String prevEnd = databases
                .query(
                        NodeName.FAILOVER,
                        "select prev_end_lsn::text from ops.cluster_switch where epoch = " + (epoch + 1))
                .get(0);
        return salvage.run(owner(NodeName.PRIMARY), owner(NodeName.FAILOVER), epoch, LogPosition.parse(prevEnd));
    }

    private List<JsonNode> shown() {
        List<JsonNode> shown = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = read("?epoch=" + epoch + "&limit=2" + cursor).is(200);
            assertThat(page.items()).hasSizeBetween(1, 2);
            shown.addAll(page.items());
            cursor = page.json().path("next").isNull() ? "" : "&cursor=" + encoded(page.text("next"));
        } while (!cursor.isEmpty());
        return shown;
    }

    private Answer read(String query) {
        return admin.get("/api/admin/salvage" + query, "Holdfast-Consistency", "strong");
    }

    private List<String> everything() {
        return databases.query(
                NodeName.FAILOVER,
                "select id::text from orchestration.salvaged_change where epoch = " + epoch
                        + " order by commit_lsn, ordinal");
    }

    /** What the administrator may list: jobs work for other tenants meanwhile, whose changes are salvaged as well. */
    private List<String> ofTheTenant() {
        return databases.query(
                NodeName.FAILOVER,
                "select id::text from orchestration.salvaged_change where epoch = " + epoch
                        + " and tenant_id = (select tenant_id from auth.user_account where username = ?)"
                        + " order by commit_lsn, ordinal",
                system.admin().user());
    }

    private List<String> stored(String... tables) {
        return databases.query(
                NodeName.FAILOVER,
                "select operation || ' ' || (key ->> 'id') from orchestration.salvaged_change where epoch = " + epoch
                        + " and table_name in ('" + String.join("', '", tables) + "') order by commit_lsn, ordinal");
    }

    /** A row of the primary. */
    private record Row(String table, String id, String content) {}

    private Row row(String table, String id) {
        return new Row(
                table,
                id,
                databases
                        .query(
                                NodeName.PRIMARY,
                                "select to_jsonb(t)::text from " + table + " t where t.id = ?::uuid",
                                id)
                        .get(0));
    }

    /** Checks that what was stored last of a row is that row, column by column, generated ones aside. */
    private void isStored(Row row) {
        String after = databases
                .query(
                        NodeName.FAILOVER,
                        "select row_after::text from orchestration.salvaged_change where epoch = " + epoch
                                + " and table_name = '" + row.table() + "' and key ->> 'id' = '" + row.id()
                                + "' order by commit_lsn desc, ordinal desc limit 1")
                .get(0);
        assertThat(databases.query(
                        NodeName.FAILOVER,
                        "select (to_jsonb(jsonb_populate_record(null::" + row.table()
                                + ", ?::jsonb)) - 'text_search' = ?::jsonb - 'text_search')::text",
                        after,
                        row.content()))
                .as("%s is %s", row, after)
                .containsExactly("true");
    }

    private Database owner(NodeName node) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(system.jdbcUrl(node));
        source.setUser("holdfast_owner");
        source.setPassword(system.topology().secrets().get("OWNER_PASSWORD"));
        return Database.of(source);
    }
}
