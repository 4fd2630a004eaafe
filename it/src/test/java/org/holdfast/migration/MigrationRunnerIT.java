package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.holdfast.connection.ErrorClassifier;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.JobInterruptedException;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: versions go up and down both clusters, and nothing is lost, done twice, or left half done. Method: the runner alone, on
 * the real databases of a topology, which replicate; each test begins with every version that comes with the application.
 */
class MigrationRunnerIT {
    private static final TwoClusters CLUSTERS = TwoClusters.start("holdfast-migrations");
    private static final Cluster WRITER = Cluster.primary;
    private static final String TENANT = "0190a0b0-0000-7000-8000-00000000000a";

    @TempDir
    Path directory;

    /** Lets everything go on, and stops where a test says. */
    private static final class Watching implements MigrationWatch {
        private long done;
        private long stopAfter = Long.MAX_VALUE;
        private final AtomicBoolean isWaiting = new AtomicBoolean();

        @Override
        public void requireGoesOn() {
            if (done >= stopAfter) {
                throw new JobInterruptedException("the test stops here");
            }
        }

        @Override
        public void progress(long soFar, long total) {
            done = soFar;
        }

        @Override
        public void says(String what) {
            isWaiting.compareAndSet(false, what.contains("waits for locks"));
        }

        @Override
        public void settled() {}
    }

    private MigrationRunner runner() {
        return CLUSTERS.runner(Optional.of(directory));
    }

    private MigrationResult run(String... overrides) throws SQLException {
        return run(new Watching(), overrides);
    }

    private MigrationResult run(MigrationWatch watch, String... overrides) throws SQLException {
        return runner().run(
                        WRITER,
                        new MigrationOrder(Direction.run, Optional.empty(), Set.of(overrides), false, "test"),
                        watch)
                .orElseThrow();
    }

    private MigrationResult back(String target) throws SQLException {
        return runner().run(
                        WRITER,
                        new MigrationOrder(
                                Direction.rollback,
                                Optional.of(MigrationVersion.of(target)),
                                Set.of("drops-rows"),
                                false,
                                "test"),
                        new Watching())
                .orElseThrow();
    }

    private void file(String name, String text) {
        try {
            Files.writeString(directory.resolve(name), text);
        } catch (IOException failure) {
            throw new AssertionError(name, failure);
        }
    }

    private static String fingerprint(Cluster cluster) throws SQLException {
        return Database.of(CLUSTERS.owner(cluster)).with(Fingerprint::read).hash();
    }

    @BeforeEach
    void everythingThatComesWithTheApplication() throws SQLException {
        emptyClusters();
        MigrationResult result = run();
        assertThat(result.differences()).isEmpty();
        CLUSTERS.lease(WRITER);
        // First copies that meet a change of their table begin anew, after a minute.
        CLUSTERS.await(
                () -> CLUSTERS.query(WRITER.other(), "select count(*) from pg_subscription_rel where srsubstate <> 'r'")
                        .equals(List.of("0")));
    }

    private static void emptyClusters() {
        for (Cluster cluster : List.of(WRITER, WRITER.other())) {
            for (String schema : List.of("migration", "audit", "orchestration", "memory", "auth", "ops")) {
                CLUSTERS.execute(cluster, "drop schema if exists " + schema + " cascade");
            }
            // Ends first copies, or the standby's tables could not be dropped.
            CLUSTERS.execute(WRITER.other(), "alter subscription holdfast refresh publication");
        }
    }

    private void rows(int count) {
        CLUSTERS.execute(
                WRITER,
                "insert into auth.tenant (id, name) values ('" + TENANT + "', 'tenant')",
                "insert into memory.tag (id, tenant_id, name) select gen_random_uuid(), '" + TENANT
                        + "', 'tag ' || n from generate_series(1, " + count + ") n");
    }

    private void awaitSame(String table) {
        String sql = "select count(*) || ' ' || coalesce(md5(string_agg(t::text, ' ' order by t::text)), '') from "
                + table + " t";
        CLUSTERS.await(() -> CLUSTERS.query(Cluster.failover, sql).equals(CLUSTERS.query(Cluster.primary, sql)));
    }

    @Test
    void bothClustersGetTheSameShape() throws SQLException {
        assertThat(fingerprint(Cluster.failover)).isEqualTo(fingerprint(Cluster.primary));
        assertThat(runner().plan(WRITER, MigrationOrder.automatic(), true).steps())
                .isEmpty();
        assertThat(runner().isCurrent(WRITER)).isTrue();
    }

    @Test
    void downAndUpAgainIsTheSameShapeWithRowsInTheTables() throws SQLException {
        String before = fingerprint(WRITER);
        for (String target : List.of("7", "6", "5", "4", "3")) {
            rows(20);
            back(target);
            assertThat(fingerprint(Cluster.failover)).as("down to %s", target).isEqualTo(fingerprint(WRITER));
            assertThat(fingerprint(WRITER)).as("down to %s", target).isNotEqualTo(before);
            MigrationResult up = run();
            assertThat(up.differences()).isEmpty();
            assertThat(fingerprint(WRITER)).as("from %s up again", target).isEqualTo(before);
            assertThat(CLUSTERS.query(WRITER, "select count(*) from memory.tag"))
                    .containsExactly("20");
            CLUSTERS.execute(WRITER, "delete from memory.tag", "delete from auth.tenant");
        }
    }

    @Test
    void whereTheLeaseGoesTooNoApplicationMayRun() {
        assertThatThrownBy(() -> back("2"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("U3__write_lease.sql")
                .hasMessageContaining("no application runs");
    }

    private static MigrationVersion lastShipped() {
        List<Migration> shipped = new MigrationFiles(Optional.empty()).read().versions();
        return shipped.get(shipped.size() - 1).version().orElseThrow();
    }

    @Test
    void offlineEverythingGoesDownAndUp() throws SQLException {
        String before = fingerprint(WRITER);
        MigrationSet files = new MigrationFiles(Optional.empty()).read();
        rows(20);
        for (Cluster cluster : List.of(WRITER, WRITER.other())) {
            ClusterSchema schema = new ClusterSchema(
                    Database.of(CLUSTERS.owner(cluster)), MigrationConfig.defaults(), new Watching(), "test");
            for (int i = files.versions().size() - 1; i >= 0; i--) {
                MigrationVersion version = files.versions().get(i).version().orElseThrow();
                schema.rollBack(files.rollback(version).orElseThrow(), false, connection -> {});
            }
            CLUSTERS.execute(WRITER.other(), "alter subscription holdfast refresh publication");
            assertThat(CLUSTERS.query(
                            cluster, "select nspname from pg_namespace where nspname in ('auth', 'memory', 'ops')"))
                    .isEmpty();
        }

        assertThat(run().differences()).isEmpty();
        assertThat(fingerprint(WRITER)).isEqualTo(before);
    }

    @Test
    void expandDataAndContractUnderReplication() throws SQLException {
        rows(5000);
        file(
                "V100__expand.sql",
                "-- holdfast: expand\nalter table memory.tag add column label text;\n"
                        + "create table memory.note (id uuid primary key, tag_id uuid not null);");
        file("U100__expand.sql", "drop table memory.note; alter table memory.tag drop column label;");
        file(
                "V101__fill.sql",
                "-- holdfast: data table=memory.tag key=id chunk=500\n"
                        + "update memory.tag set label = upper(name) where id > :after and id <= :upto;");
        file("U101__fill.sql", "update memory.tag set label = null;");
        file("V102__index.sql", "create index concurrently tag_label on memory.tag (label);");
        file("U102__index.sql", "drop index concurrently memory.tag_label;");
        file(
                "V103__narrow.sql",
                "-- holdfast: contract\n"
                        + "alter table memory.tag add constraint label_there check (label is not null) not valid;");
        file("U103__narrow.sql", "alter table memory.tag drop constraint label_there;");
        String before = fingerprint(WRITER);

        MigrationResult up = run();

        assertThat(up.differences()).isEmpty();
        assertThat(CLUSTERS.query(WRITER, "select count(*) from memory.tag where label = upper(name)"))
                .containsExactly("5000");
        awaitSame("memory.tag");
        awaitSame("orchestration.data_migration");
        assertThat(CLUSTERS.query(WRITER, "select tablename from pg_publication_tables where tablename = 'note'"))
                .hasSize(1);

        back(lastShipped().toString());
        assertThat(fingerprint(WRITER)).isEqualTo(before);
        assertThat(fingerprint(WRITER.other())).isEqualTo(before);
        assertThat(CLUSTERS.query(WRITER, "select count(*) from orchestration.data_migration"))
                .containsExactly("0");
        assertThat(run().differences()).isEmpty();
        awaitSame("memory.tag");
    }

    @Test
    void aDataVersionThatWasStoppedGoesOnAndDoesNothingTwice() throws SQLException {
        rows(3000);
        file("V100__expand.sql", "alter table memory.tag add column touched integer not null default 0");
        file(
                "V101__fill.sql",
                "-- holdfast: data table=memory.tag key=id chunk=100\n"
                        + "update memory.tag set touched = touched + 1 where id > :after and id <= :upto");
        for (long stop : List.of(200L, 900L, 1700L)) {
            Watching watch = new Watching();
            watch.stopAfter = stop;
            assertThatThrownBy(() -> run(watch)).isInstanceOf(JobInterruptedException.class);
            assertThat(CLUSTERS.query(WRITER, "select rows_done >= " + stop + " from orchestration.data_migration"))
                    .containsExactly("t");
        }

        run();

        assertThat(CLUSTERS.query(WRITER, "select touched || ' ' || count(*) from memory.tag group by touched"))
                .containsExactly("1 3000");
        awaitSame("memory.tag");
    }

    @Test
    void numbersAreGoneThroughAsNumbers() throws SQLException {
        file("V100__expand.sql", "create table memory.counter (id integer primary key, touched integer default 0)");
        file("V101__rows.sql", "-- holdfast: data\ninsert into memory.counter select generate_series(-5, 1200)");
        file(
                "V102__touch.sql",
                "-- holdfast: data table=memory.counter key=id chunk=100\n"
                        + "update memory.counter set touched = touched + 1 where id > :after and id <= :upto");

        run();

        assertThat(CLUSTERS.query(WRITER, "select touched || ' ' || count(*) from memory.counter group by touched"))
                .containsExactly("1 1206");
    }

    @Test
    void aNewWriterGoesOnWithADataVersion() throws SQLException {
        rows(2000);
        file("V100__expand.sql", "alter table memory.tag add column touched integer not null default 0");
        file(
                "V101__fill.sql",
                "-- holdfast: data table=memory.tag key=id chunk=100\n"
                        + "update memory.tag set touched = touched + 1 where id > :after and id <= :upto");
        Watching watch = new Watching();
        watch.stopAfter = 700;
        assertThatThrownBy(() -> run(watch)).isInstanceOf(JobInterruptedException.class);
        awaitSame("orchestration.data_migration");
        awaitSame("memory.tag");

        // What a takeover does to the standby, as far as a data version sees it.
        CLUSTERS.lease(Cluster.failover);
        Migration fill = new MigrationFiles(Optional.of(directory))
                .read()
                .version(MigrationVersion.of("101"))
                .orElseThrow();
        new DataMigration(
                        Database.of(CLUSTERS.owner(Cluster.failover)),
                        fill,
                        MigrationConfig.defaults(),
                        new Watching(),
                        JavaChunks.none())
                .run();

        assertThat(CLUSTERS.query(
                        Cluster.failover, "select touched || ' ' || count(*) from memory.tag group by touched"))
                .containsExactly("1 2000");
    }

    private void tagsToReverse(int count) {
        rows(count);
        file(
                "V100__expand.sql",
                "alter table memory.tag add column touched integer not null default 0, add column label text");
        file("V101__reverse.sql", ReversedNames.FILE);
    }

    private MigrationResult reverse(MigrationWatch watch, ReversedNames.Then then) throws SQLException {
        return CLUSTERS.runner(Optional.of(directory), new ReversedNames(then))
                .run(WRITER, MigrationOrder.automatic(), watch)
                .orElseThrow();
    }

    @Test
    void aStepInJavaThatWasInterruptedGoesOnAndDoesNothingTwice() throws SQLException {
        tagsToReverse(3000);
        Watching watch = new Watching();
        watch.stopAfter = 700;

        assertThatThrownBy(() -> reverse(watch, (chunk, connection, keys) -> {}))
                .isInstanceOf(JobInterruptedException.class);
        assertThatThrownBy(() -> reverse(new Watching(), (chunk, connection, keys) -> {
                    if (chunk == 3) {
                        throw new IllegalStateException("no more labels");
                    }
                }))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V101__reverse.sql")
                .hasMessageContaining("reversed-names")
                .hasMessageContaining("no more labels");
        assertThatThrownBy(() -> reverse(new Watching(), (chunk, connection, keys) -> {
                    if (chunk == 2) {
                        Database.run(connection, "insert into memory.tag (id) values (null)");
                    }
                }))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("reversed-names")
                .hasMessageContaining("[23502]");
        // As when the process, or its database, dies.
        assertThatThrownBy(() -> reverse(new Watching(), (chunk, connection, keys) -> {
                    if (chunk == 4) {
                        Database.run(connection, "select pg_terminate_backend(pg_backend_pid())");
                    }
                }))
                .isInstanceOf(SQLException.class)
                .satisfies(failure ->
                        assertThat(ErrorClassifier.isConnectionLost(failure)).isTrue());
        // Small chunks on a slow machine, but always a middle.
        assertThat(CLUSTERS.query(WRITER, "select rows_done between 700 and 2900 from orchestration.data_migration"))
                .containsExactly("t");
        assertThat(CLUSTERS.query(
                        WRITER,
                        "select rows_done - (select sum(touched) from memory.tag) from orchestration.data_migration"))
                .containsExactly("0");
        reverse(new Watching(), (chunk, connection, keys) -> {
            if (chunk == 2) {
                throw new SQLException("chosen to end a deadlock", "40P01");
            }
        });

        assertThat(CLUSTERS.query(WRITER, "select touched || ' ' || count(*) from memory.tag group by touched"))
                .containsExactly("1 3000");
        assertThat(CLUSTERS.query(WRITER, "select count(*) from memory.tag where label <> reverse(name)"))
                .containsExactly("0");
        awaitSame("memory.tag");
        assertThat(run().steps()).isZero();
    }

    @Test
    void aStepInJavaHasItsRowsToItselfAndDoesNotEndTheirTransaction() {
        tagsToReverse(50);

        assertThatThrownBy(() -> reverse(new Watching(), (chunk, connection, keys) -> {
                    assertThat(keys).hasSize(50).isSorted();
                    assertThatThrownBy(() -> {
                                try (Connection other = CLUSTERS.superuser(WRITER)) {
                                    Database.script(other, "set lock_timeout = '50ms'");
                                    Database.run(
                                            other,
                                            "update memory.tag set name = 'another' where id = ?::uuid",
                                            keys.get(49));
                                }
                            })
                            .hasMessageContaining("lock timeout");
                    connection.rollback(connection.setSavepoint());
                    connection.commit();
                }))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V101__reverse.sql")
                .hasMessageContaining("commit()");
        assertThat(CLUSTERS.query(WRITER, "select sum(touched) from memory.tag"))
                .containsExactly("0");
    }

    @Test
    void aStepInJavaThatNobodyHasIsRefusedBeforeAnythingRuns() throws SQLException {
        tagsToReverse(10);
        file("V101__reverse.sql", ReversedNames.FILE.replace("reversed", "sorted"));

        assertThat(runner().plan(WRITER, MigrationOrder.automatic(), true).findings())
                .extracting(LintFinding::rule)
                .contains("java");
        assertThatThrownBy(() -> reverse(new Watching(), (chunk, connection, keys) -> {}))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V101__reverse.sql")
                .hasMessageContaining("java=sorted-names")
                .hasMessageContaining("it has reversed-names");
        assertThat(CLUSTERS.query(
                        Cluster.failover,
                        "select count(*) from pg_attribute where attrelid = 'memory.tag'::regclass"
                                + " and attname = 'label'"))
                .containsExactly("0");
    }

    @Test
    void aLockThatIsHeldIsTriedForAgainAndNobodyWaitsLong() throws Exception {
        rows(10);
        file("V100__expand.sql", "alter table memory.tag add column label text");
        Watching watch = new Watching();
        CountDownLatch isLocked = new CountDownLatch(1);
        try (Connection other = CLUSTERS.superuser(WRITER)) {
            other.setAutoCommit(false);
            Database.run(other, "select count(*) from memory.tag");
            isLocked.countDown();
            CompletableFuture<MigrationResult> running = CompletableFuture.supplyAsync(() -> {
                try {
                    return run(watch);
                } catch (SQLException failure) {
                    throw new CompletionException(failure);
                }
            });
            CLUSTERS.await(watch.isWaiting::get);
            long slowest = 0;
            for (int i = 0; i < 100; i++) {
                long begun = System.nanoTime();
                CLUSTERS.query(WRITER, "select count(*) from memory.tag");
                slowest = Math.max(slowest, System.nanoTime() - begun);
            }
            assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(1));
            other.rollback();
            assertThat(running.join().differences()).isEmpty();
        }
    }

    @Test
    void aStatementThatFailsLeavesNothingAndNamesItsLine() {
        file(
                "V100__expand.sql",
                "create table memory.made (id int primary key);\n\ncreate table memory.made (id int);");

        assertThatThrownBy(() -> run("no-key"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V100__expand.sql, line 3")
                .hasMessageContaining("42P07");
        assertThat(CLUSTERS.query(Cluster.failover, "select to_regclass('memory.made')::text"))
                .containsExactly("null");
    }

    @Test
    void anExpandThatChangesReplicatedRowsIsUndone() {
        rows(10);
        file("V100__expand.sql", "do $$ begin update memory.tag set name = name || '!'; end $$");
        // The lease is what keeps it from happening on the standby first.
        CLUSTERS.lease(Cluster.failover);

        assertThatThrownBy(this::run).hasMessageContaining("10 rows of memory.tag");
        assertThat(CLUSTERS.query(Cluster.failover, "select count(*) from memory.tag where name like '%!'"))
                .containsExactly("0");
    }

    @Test
    void anIndexThatWasLeftInvalidIsBuiltAnew() throws SQLException {
        rows(10);
        CLUSTERS.execute(
                WRITER,
                "create index tag_name on memory.tag (name)",
                "update pg_index set indisvalid = false where indexrelid = 'memory.tag_name'::regclass");
        file("V100__index.sql", "create index concurrently tag_name on memory.tag (name)");

        assertThat(run().differences()).isEmpty();
        assertThat(CLUSTERS.query(
                        WRITER, "select indisvalid from pg_index where indexrelid = 'memory.tag_name'::regclass"))
                .containsExactly("t");
    }

    @Test
    void sizesOfTablesAndOfPartitionsAreKnown() throws SQLException {
        rows(300);
        CLUSTERS.execute(
                WRITER,
                "create table memory.parted (id int primary key) partition by range (id)",
                "create table memory.part1 partition of memory.parted for values from (0) to (1000)",
                "insert into memory.parted select generate_series(0, 999)",
                "analyze memory.tag",
                "analyze memory.part1");

        DatabaseFacts facts = Database.of(CLUSTERS.owner(WRITER)).with(FactsReader::read);

        assertThat(facts.table("memory.tag").orElseThrow().rows()).isBetween(290L, 310L);
        assertThat(facts.table("memory.parted").orElseThrow().rows()).isBetween(900L, 1100L);
        assertThat(facts.table("memory.parted").orElseThrow().bytes()).isPositive();
        assertThat(facts.table("memory.agent").orElseThrow().rows()).isZero();
    }

    @Test
    void twoRunnersExcludeEachOther() throws SQLException {
        try (SessionLock lock = RunnerLock.acquire(Database.of(CLUSTERS.owner(WRITER)), new Watching())
                .orElseThrow()) {
            lock.requireHeld();
            assertThat(runner().run(WRITER, MigrationOrder.automatic(), new Watching()))
                    .isEmpty();
        }
        assertThat(runner().run(WRITER, MigrationOrder.automatic(), new Watching()))
                .isPresent();
    }

    @Test
    void anEditedFileIsRefusedUntilItIsRepaired() throws SQLException {
        file("V100__expand.sql", "create table memory.made (id int primary key)");
        run();
        file("V100__expand.sql", "create table memory.made (id int primary key); -- again");

        assertThatThrownBy(this::run).hasMessageContaining("V100__expand.sql").hasMessageContaining("repair");
        assertThat(runner().repair()).containsExactly("V100__expand.sql");
        assertThat(run().steps()).isZero();
    }

    @Test
    void whatFlywayAppliedIsTakenOver() throws SQLException {
        emptyClusters();
        for (Cluster cluster : Cluster.values()) {
            Flyway.configure()
                    .dataSource(CLUSTERS.owner(cluster))
                    .locations("classpath:db/migration")
                    .defaultSchema("migration")
                    .createSchemas(true)
                    .target("7")
                    .load()
                    .migrate();
        }

        MigrationResult result = run();

        assertThat(result.differences()).isEmpty();
        assertThat(
                        CLUSTERS.query(
                                WRITER,
                                "select count(*) from migration.history where applied_by like '%(Flyway)' and checksum is not null"))
                .containsExactly("7");
        assertThat(runner().isCurrent(WRITER)).isTrue();
    }

    @Test
    void aBaselineIsTakenForGranted() throws SQLException {
        for (Cluster cluster : Cluster.values()) {
            CLUSTERS.execute(cluster, "drop schema migration cascade");
        }
        MigrationRunner adopting = CLUSTERS.runner(new MigrationConfig(
                Optional.empty(),
                Optional.of(lastShipped()),
                "public.flyway_schema_history",
                Duration.ofSeconds(20),
                16));

        assertThat(adopting.run(WRITER, MigrationOrder.automatic(), new Watching())
                        .orElseThrow()
                        .steps())
                .isZero();
        assertThat(adopting.lines(WRITER, true))
                .allSatisfy(line -> assertThat(line.state()).isEqualTo("baseline"));
    }

    @Test
    void aDifferenceOfTheClustersIsTold() throws SQLException {
        try (Connection other = CLUSTERS.superuser(Cluster.failover);
                Statement statement = other.createStatement()) {
            statement.execute("create index extra on memory.tag (name)");
        }
        file("V100__expand.sql", "create table memory.made (id int primary key)");

        assertThat(run().differences()).singleElement().asString().contains("only failover has", "extra");
    }
}
