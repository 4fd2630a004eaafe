package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.encoded;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.failover.Salvage;
import org.holdfast.failover.SalvageReport;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.holdfast.topology.LogPosition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Goal: nothing that a lost primary had acknowledged is lost without a trace. Method: the failover stops listening, callers
 * write, and the primary's slot is salvaged to the failover as after a switch. Invariants: the stored changes are the writes,
 * all of them, in their order, once, and no secret; callers can read them.
 */
class SalvageIT {
    private static final Duration RECOVERED_WITHIN = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long EPOCH = 1;
    private static final String LARGE = "large é ".repeat(3_900);

    private final RunningSystem system = RunningSystem.get();
    private final Api agent = Api.agent();
    private final Api admin = Api.admin();
    private LogPosition prevEnd = new LogPosition(0);
    private String agentId = "";
    private String oldMemory = "";

    @BeforeEach
    void loseTheFailover() {
        agentId = agent.newAgent();
        oldMemory = newMemory("before");
        awaitCaughtUp();
        execute(NodeName.FAILOVER, "alter subscription holdfast disable");
        await().atMost(RECOVERED_WITHIN)
                .pollInterval(POLL)
                .until(() -> query(
                                NodeName.PRIMARY,
                                "select active::text from pg_replication_slots where slot_name = 'holdfast'")
                        .equals(List.of("false")));
        prevEnd = LogPosition.parse(query(
                        NodeName.FAILOVER,
                        "select o.remote_lsn::text from pg_replication_origin_status o join pg_subscription s"
                                + " on o.external_id = 'pg_' || s.oid where s.subname = 'holdfast'")
                .get(0));
    }

    @AfterEach
    void restore() {
        execute(NodeName.FAILOVER, "delete from orchestration.salvaged_change");
        execute(NodeName.FAILOVER, "alter subscription holdfast enable");
        execute(NodeName.PRIMARY, "delete from orchestration.salvaged_change");
        awaitCaughtUp();
    }

    private void awaitCaughtUp() {
        String written = query(NodeName.PRIMARY, "select pg_current_wal_flush_lsn()::text")
                .get(0);
        await().atMost(RECOVERED_WITHIN)
                .pollInterval(POLL)
                .until(() -> query(
                                NodeName.PRIMARY,
                                "select (confirmed_flush_lsn >= '" + written + "')::text from pg_replication_slots"
                                        + " where slot_name = 'holdfast' and active")
                        .equals(List.of("true")));
    }

    private String newMemory(String text) {
        return agent.post(
                        "/api/memories",
                        object("agentId", agentId, "kind", "CONTEXT", "text", text, "metadata", object("n", 1.50)))
                .is(201)
                .id();
    }

    @Test
    void everyWriteThatTheFailoverNeverReceivedIsKeptOnce() throws SQLException {
        String name = unique("lost \"agent\" \\ é");
        String lostAgent =
                agent.post("/api/agents", object("name", name)).is(201).id();
        agent.patch("/api/agents/" + agentId, object("description", "changed\n\"twice\""))
                .is(200);
        String kept = newMemory(LARGE);
        String removed = newMemory("removed");
        agent.delete("/api/memories/" + removed).is(204);
        agent.delete("/api/memories/" + oldMemory).is(204);
        Api.agent();

        SalvageReport first = salvage(new Salvage());
        List<String> stored = everything();
        SalvageReport second = salvage(new Salvage(1));

        assertThat(first.added()).isEqualTo(first.changes()).isEqualTo(stored.size());
        assertThat(second).isEqualTo(new SalvageReport(first.transactions(), first.changes(), 0));
        assertThat(everything()).isEqualTo(stored);
        assertThat(stored("memory.agent", "memory.memory"))
                .containsExactly(
                        "INSERT " + lostAgent,
                        "UPDATE " + agentId,
                        "INSERT " + kept,
                        "INSERT " + removed,
                        "DELETE " + removed,
                        "DELETE " + oldMemory);
        assertThat(query(
                        NodeName.FAILOVER,
                        "select distinct coalesce(tenant_id::text, 'none') from orchestration.salvaged_change"))
                .as("the tenants of all changes, deletions too")
                .containsExactlyElementsOf(query(
                        NodeName.PRIMARY,
                        "select id::text from auth.tenant where name = (select"
                                + " t.name from auth.tenant t join auth.user_account u on u.tenant_id = t.id where u.username = '"
                                + system.agent().user() + "')"));
        rowsEqual("memory.agent", lostAgent);
        rowsEqual("memory.agent", agentId);
        rowsEqual("memory.memory", kept);
        assertThat(query(
                        NodeName.FAILOVER,
                        "select (row_after ->> 'family_hash') || (row_after ->> 'refresh_hash')"
                                + " from orchestration.salvaged_change where table_name = 'auth.login_session'"))
                .isNotEmpty()
                .containsOnly("******");

        putWhereCallersRead();
        List<JsonNode> shown = shown();
        assertThat(shown.stream().map(item -> item.path("id").asText())).containsExactlyElementsOf(stored);
        assertThat(shown.stream()
                        .filter(item -> item.path("key").path("id").asText().equals(lostAgent)))
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.path("table").asText()).isEqualTo("memory.agent");
                    assertThat(item.path("operation").asText()).isEqualTo("INSERT");
                    assertThat(item.path("epoch").asLong()).isEqualTo(EPOCH);
                    assertThat(item.path("after").path("name").asText()).isEqualTo(name);
                });
        assertThat(read("?epoch=2").is(200).items()).isEmpty();
    }

    @Test
    void whatCannotBeListedIsSaid() {
        assertThatThrownBy(() -> new Salvage()
                        .run(owner(NodeName.FAILOVER), owner(NodeName.FAILOVER), EPOCH, new LogPosition(0)))
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
        return salvage.run(owner(NodeName.PRIMARY), owner(NodeName.FAILOVER), EPOCH, prevEnd);
    }

    // No switch took place here: callers are still served from the primary.
    private void putWhereCallersRead() {
        String rows = query(
                        NodeName.FAILOVER, "select jsonb_agg(to_jsonb(c))::text from orchestration.salvaged_change c")
                .get(0);
        query(
                NodeName.PRIMARY,
                "insert into orchestration.salvaged_change select *"
                        + " from jsonb_populate_recordset(null::orchestration.salvaged_change, ?::jsonb) returning id::text",
                rows);
    }

    private List<JsonNode> shown() {
        List<JsonNode> shown = new ArrayList<>();
        String cursor = "";
        do {
            Answer page = read("?epoch=" + EPOCH + "&limit=2" + cursor).is(200);
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
        return query(
                NodeName.FAILOVER, "select id::text from orchestration.salvaged_change order by commit_lsn, ordinal");
    }

    private List<String> stored(String... tables) {
        return query(
                NodeName.FAILOVER,
                "select operation || ' ' || (key ->> 'id') from orchestration.salvaged_change where table_name in ('"
                        + String.join("', '", tables) + "') order by commit_lsn, ordinal");
    }

    /** Checks that what was stored last of a row is the row on the primary, column by column, generated ones aside. */
    private void rowsEqual(String table, String id) {
        String after = query(
                        NodeName.FAILOVER,
                        "select row_after::text from orchestration.salvaged_change where table_name = '" + table
                                + "' and key ->> 'id' = '" + id + "' order by commit_lsn desc, ordinal desc limit 1")
                .get(0);
        assertThat(query(
                        NodeName.PRIMARY,
                        "select (to_jsonb(jsonb_populate_record(null::" + table + ", ?::jsonb)) - 'text_search'"
                                + " = to_jsonb(t) - 'text_search')::text from " + table + " t where t.id = ?::uuid",
                        after,
                        id))
                .as("%s of %s on the primary is %s", id, table, after)
                .containsExactly("true");
    }

    private DataSource owner(NodeName node) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(system.jdbcUrl(node));
        source.setUser("holdfast_owner");
        source.setPassword(system.topology().secrets().get("OWNER_PASSWORD"));
        return source;
    }

    private void execute(NodeName node, String sql) {
        try (Connection connection = connect(node);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    private List<String> query(NodeName node, String sql, String... parameters) {
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

    private Connection connect(NodeName node) throws SQLException {
        return DriverManager.getConnection(system.jdbcUrl(node), "postgres", system.superuserPassword());
    }
}
