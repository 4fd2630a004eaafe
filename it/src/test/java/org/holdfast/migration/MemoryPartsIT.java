package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.holdfast.jdbc.Database;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: memories move into partitions and back while callers write, on both clusters, and nothing is lost, doubled or audited twice.
 * Method: the runner alone, on the real databases of a topology, which replicate; a session of the application's role that adds,
 * changes and removes memories as fast as it can and knows what must be there in the end.
 */
class MemoryPartsIT {
    private static final TwoClusters CLUSTERS = TwoClusters.start("holdfast-parts");
    private static final Cluster WRITER = Cluster.primary;
    private static final int TENANTS = 24;
    private static final int ROWS_OF_TENANT = 60;
    private static final String ROWS =
            "select count(*) || ' ' || md5(string_agg(concat_ws(',', id, tenant_id, text, version,"
                    + " text_search, embedding, key, counted_as, occurrences, expires_at, valid_from, valid_until,"
                    + " superseded_by), ' ' order by id)) from ";
    private static final String VECTOR =
            "(select array_agg(random() - 0.5)::real[]::vector from generate_series(1, 384))";

    private final List<UUID> tenants = new ArrayList<>();

    private static void order(Direction direction, String target) throws SQLException {
        MigrationOrder order = new MigrationOrder(
                direction, Optional.of(MigrationVersion.of(target)), Set.of("drops-rows"), false, "test");
        assertThat(CLUSTERS.runner(Optional.empty())
                        .run(WRITER, order, new Unwatched())
                        .orElseThrow()
                        .differences())
                .isEmpty();
    }

    private static String fingerprint() throws SQLException {
        return Database.of(CLUSTERS.owner(WRITER)).with(Fingerprint::read).hash();
    }

    private static Connection application(UUID tenant) throws SQLException {
        Connection connection = DriverManager.getConnection(
                CLUSTERS.topology().jdbcUrl(TwoClusters.head(WRITER)),
                "holdfast_app",
                CLUSTERS.topology().secrets().get("APP_PASSWORD"));
        connection.setAutoCommit(false);
        Database.script(connection, "set holdfast.tenant = '" + tenant + "'");
        connection.commit();
        return connection;
    }

    @BeforeEach
    void memoriesAsTheyWereBefore() throws SQLException {
        for (Cluster cluster : List.of(WRITER, WRITER.other())) {
            for (String schema : List.of("migration", "audit", "orchestration", "memory", "auth", "ops")) {
                CLUSTERS.execute(cluster, "drop schema if exists " + schema + " cascade");
            }
            CLUSTERS.execute(WRITER.other(), "alter subscription holdfast refresh publication");
        }
        order(Direction.run, "19");
        CLUSTERS.lease(WRITER);
        CLUSTERS.await(
                () -> CLUSTERS.query(WRITER.other(), "select count(*) from pg_subscription_rel where srsubstate <> 'r'")
                        .equals(List.of("0")));
        tenants.clear();
        for (int i = 0; i < TENANTS; i++) {
            UUID tenant = UUID.randomUUID();
            tenants.add(tenant);
            CLUSTERS.execute(
                    WRITER,
                    "insert into auth.tenant (id, name) values ('" + tenant + "', 'tenant " + i + "')",
                    "insert into memory.agent (id, tenant_id, name) values ('" + tenant + "', '" + tenant
                            + "', 'agent')",
                    "insert into memory.tag (id, tenant_id, name) values ('" + tenant + "', '" + tenant + "', 'tag')",
                    "insert into memory.memory (id, tenant_id, agent_id, kind, text, said_at, embedding) select"
                            + " gen_random_uuid(), '" + tenant + "', '" + tenant + "', 'CONTEXT', 'oats ' || n, now(),"
                            + " (select array_agg(random() - 0.5 + 0 * (n + d))::real[]::vector from generate_series(1, 384) d)"
                            + " from generate_series(1, " + ROWS_OF_TENANT + ") n",
                    "insert into memory.memory_tag (memory_id, tag_id, tenant_id) select m.id, '" + tenant + "', '"
                            + tenant + "' from memory.memory m where m.tenant_id = '" + tenant + "' limit 20");
        }
    }

    /** One caller: what it has done is what must be there. */
    private static final class Caller {
        private final UUID tenant;
        private final Map<UUID, String> memories = new HashMap<>();
        private final Random random = new Random(20_260_131);
        private int changes;

        Caller(UUID tenant) {
            this.tenant = tenant;
            CLUSTERS.query(WRITER, "select id || ' ' || text from memory.memory where tenant_id = '" + tenant + "'")
                    .forEach(row -> memories.put(UUID.fromString(row.substring(0, 36)), row.substring(37)));
        }

        private void writeUntil(AtomicBoolean isDone) throws SQLException {
            try (Connection connection = application(tenant)) {
                while (!isDone.get()) {
                    write(connection);
                    connection.commit();
                }
            }
        }

        // An insertion, a change of another row or its removal, each with equal odds.
        private void write(Connection connection) throws SQLException {
            List<UUID> present = List.copyOf(memories.keySet());
            UUID some = present.get(random.nextInt(present.size()));
            String text = "oats and change " + ++changes;
            switch (random.nextInt(3)) {
                case 0 -> {
                    UUID added = UUID.randomUUID();
                    Database.run(
                            connection,
                            "insert into memory.memory (id, tenant_id, agent_id, kind, text, said_at, embedding, key, counted_as,"
                                    + " occurrences, expires_at, valid_from, valid_until, superseded_by) values"
                                    + " (?, ?, ?, 'PREFERENCE', ?, now(), " + VECTOR
                                    + ", ?, ?, 2, now() + interval '1 day',"
                                    + " now(), now(), ?) on conflict do nothing",
                            added,
                            tenant,
                            tenant,
                            text,
                            text,
                            added,
                            added);
                    Database.run(
                            connection,
                            "insert into memory.memory_tag (memory_id, tag_id) values (?, ?)",
                            added,
                            tenant);
                    memories.put(added, text);
                }
                case 1 -> {
                    assertThat(Database.run(
                                    connection,
                                    "update memory.memory set text = ?, version = version + 1, occurrences = occurrences + 1,"
                                            + " valid_until = now() where id = ?",
                                    text,
                                    some))
                            .isOne();
                    memories.put(some, text);
                }
                default -> {
                    assertThat(Database.run(connection, "delete from memory.memory where id = ?", some))
                            .isOne();
                    memories.remove(some);
                }
            }
        }

        private void assertEverythingIsThere() {
            Map<UUID, String> found = new HashMap<>();
            CLUSTERS.query(WRITER, "select id || ' ' || text from memory.memory where tenant_id = '" + tenant + "'")
                    .forEach(row -> found.put(UUID.fromString(row.substring(0, 36)), row.substring(37)));
            assertThat(found).isEqualTo(memories);
            assertThat(CLUSTERS.query(
                            WRITER,
                            "select count(*) from audit.entry where entity like 'memory.memory%' and entity <> 'memory.memory_tag'"
                                    + " and source = 'outside' and actor = 'holdfast_app'"))
                    .containsExactly(String.valueOf(changes));
            assertThat(CLUSTERS.query(
                            WRITER,
                            "select count(*) from memory.memory_tag t where not exists (select from memory.memory m"
                                    + " where m.id = t.memory_id)"))
                    .containsExactly("0");
        }
    }

    private void whileCallersWrite(Caller caller, Direction direction, String target) throws Exception {
        AtomicBoolean isDone = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                caller.writeUntil(isDone);
            } catch (SQLException failure) {
                throw new CompletionException(failure);
            }
        });
        int before = caller.changes;
        try {
            order(direction, target);
        } finally {
            isDone.set(true);
            writing.join();
        }
        assertThat(caller.changes).isGreaterThan(before);
        caller.assertEverythingIsThere();
        awaitSame("memory.memory");
        awaitSame("memory.memory_tag");
    }

    private static void awaitSame(String table) {
        String sql = table.equals("memory.memory")
                ? ROWS + table
                : "select count(*) || ' ' || md5(string_agg(t::text, ' ' order by t::text)) from " + table + " t";
        CLUSTERS.await(() -> CLUSTERS.query(Cluster.failover, sql).equals(CLUSTERS.query(Cluster.primary, sql)));
    }

    private static String kind(Cluster cluster) {
        return CLUSTERS.query(cluster, "select relkind from pg_class where oid = 'memory.memory'::regclass")
                .get(0);
    }

    @Test
    void nothingIsLostThereAndBackAndThereAgainWhileCallersWrite() throws Exception {
        String ordinary = fingerprint();
        Caller caller = new Caller(tenants.get(0));

        whileCallersWrite(caller, Direction.run, "23");
        String parted = fingerprint();
        assertThat(List.of(kind(Cluster.primary), kind(Cluster.failover))).containsExactly("p", "p");
        assertThat(parted).isNotEqualTo(ordinary);

        whileCallersWrite(caller, Direction.rollback, "19");
        assertThat(List.of(kind(Cluster.primary), kind(Cluster.failover))).containsExactly("r", "r");
        assertThat(fingerprint()).isEqualTo(ordinary);

        whileCallersWrite(caller, Direction.run, "23");
        assertThat(fingerprint()).isEqualTo(parted);
        assertThat(CLUSTERS.query(
                        WRITER, "select count(*) from memory.memory where tenant_id <> '" + tenants.get(0) + "'"))
                .containsExactly(String.valueOf((TENANTS - 1) * ROWS_OF_TENANT));
    }

    @Test
    void eachStepMayBeTheLastForAWhile() throws Exception {
        Caller caller = new Caller(tenants.get(0));

        for (String target : List.of("20", "21", "22")) {
            whileCallersWrite(caller, Direction.run, target);
        }
        assertThat(CLUSTERS.query(WRITER, ROWS + "memory.memory"))
                .isEqualTo(CLUSTERS.query(WRITER, ROWS + "memory.memory_copy"));
        awaitSame("memory.memory_copy");
        for (String target : List.of("21", "20", "19")) {
            whileCallersWrite(caller, Direction.rollback, target);
        }
        whileCallersWrite(caller, Direction.run, "23");
        whileCallersWrite(caller, Direction.rollback, "22");
        assertThat(CLUSTERS.query(WRITER, ROWS + "memory.memory"))
                .isEqualTo(CLUSTERS.query(WRITER, ROWS + "memory.memory_copy"));
        awaitSame("memory.memory_copy");
    }

    /** As when the runner ends between the two clusters, and for however long. */
    @Test
    void theNamesMayDifferBetweenTheClustersForAWhile() throws SQLException {
        order(Direction.run, "21");
        Caller caller = new Caller(tenants.get(0));
        MigrationSet files = new MigrationFiles(Optional.empty()).read();
        MigrationVersion swap = MigrationVersion.of("22");

        for (Cluster cluster : List.of(WRITER, WRITER.other())) {
            schema(cluster).apply(files.version(swap).orElseThrow(), connection -> {});
            assertTheSameRowsUnderBothNames(caller);
        }
        for (Cluster cluster : List.of(WRITER.other(), WRITER)) {
            schema(cluster).rollBack(files.rollback(swap).orElseThrow(), false, connection -> {});
            assertTheSameRowsUnderBothNames(caller);
        }
    }

    private static ClusterSchema schema(Cluster cluster) {
        return new ClusterSchema(
                Database.of(CLUSTERS.owner(cluster)), MigrationConfig.defaults(), new Unwatched(), "test");
    }

    private static void assertTheSameRowsUnderBothNames(Caller caller) throws SQLException {
        try (Connection connection = application(caller.tenant)) {
            for (int i = 0; i < 100; i++) {
                caller.write(connection);
                connection.commit();
            }
        }
        caller.assertEverythingIsThere();
        awaitSame("memory.memory");
        for (Cluster cluster : Cluster.values()) {
            assertThat(CLUSTERS.query(cluster, ROWS + "memory.memory_copy"))
                    .isEqualTo(CLUSTERS.query(cluster, ROWS + "memory.memory"));
        }
    }

    @Test
    void aTenantIsInOnePartitionAndEveryStatementOfItLooksThereAlone() throws SQLException {
        order(Direction.run, "23");
        List<String> parts =
                CLUSTERS.query(WRITER, "select distinct tableoid::regclass::text from memory.memory order by 1");
        assertThat(parts).hasSizeGreaterThan(4).allMatch(part -> part.matches("memory\\.memory_p[0-7]"));
        CLUSTERS.execute(WRITER, "analyze memory.memory");
        for (UUID tenant : tenants) {
            List<String> own = CLUSTERS.query(
                    WRITER,
                    "select distinct tableoid::regclass::text from memory.memory where tenant_id = '" + tenant + "'");
            assertThat(own).hasSize(1);
            String id = CLUSTERS.query(
                            WRITER, "select id from memory.memory where tenant_id = '" + tenant + "' limit 1")
                    .get(0);
            try (Connection connection = application(tenant)) {
                for (String statement : List.of(
                        "select id, text from memory.memory where id = '" + id + "'",
                        "select id from memory.memory order by id desc limit 10",
                        "select m.id from unnest(array['" + id
                                + "'::uuid]) w (id) join memory.memory m on m.id = w.id")) {
                    List<String> plan = Database.all(
                            connection, row -> row.getString(1), "explain (analyze, costs off) " + statement);
                    assertThat(String.join("\n", plan))
                            .contains("Subplans Removed: 7", own.get(0).substring("memory.".length()) + "_pkey");
                }
                connection.rollback();
                assertThat(Database.all(
                                connection,
                                row -> row.getString(1),
                                "select c.id from memory.search_candidates('oats', " + VECTOR
                                        + ", null, null, null, null, 100, 40) c"))
                        .hasSize(ROWS_OF_TENANT);
                assertThat(Database.all(
                                connection,
                                row -> row.getString(1),
                                "select schemaname || '.' || relname from pg_stat_xact_user_tables"
                                        + " where relname ~ '^memory_p' and seq_scan + idx_scan > 0"))
                        .isEqualTo(own);
                connection.rollback();
            }
        }
    }

    @Test
    void theApplicationHasNoRightsOnPartitionsAndOnTheCopy() throws SQLException {
        order(Direction.run, "22");

        assertThat(CLUSTERS.query(
                        WRITER,
                        "select c.relname from pg_class c where c.relnamespace = 'memory'::regnamespace and c.relkind in ('r', 'p')"
                                + " and c.relname ~ '^memory' and has_any_column_privilege('holdfast_app', c.oid,"
                                + " 'select, insert, update') order by 1"))
                .containsExactly("memory", "memory_revision", "memory_tag");
    }
}
