package org.holdfast.migration;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;

/**
 * How long 200 small versions take on one cluster: by the runner and by Flyway, the same scripts, in turn, each from an empty
 * schema. The runner looks through them first and compares afterwards, which is in its time. Databases of its own.
 */
final class MigrationBench {
    private static final int VERSIONS = 200;
    private static final int ROUNDS = 7;
    private static final MigrationWatch NOBODY = new Unwatched();

    private final TwoClusters clusters;
    private final Path directory;
    private final PrintStream out;
    // As the application has one, and the same for both.
    private final DataSource owner;

    private MigrationBench(TwoClusters clusters, Path directory, PrintStream out) {
        this.clusters = clusters;
        this.directory = directory;
        this.out = out;
        this.owner = TwoClusters.pool(clusters.owner(Cluster.primary));
    }

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        Path directory = Files.createTempDirectory("holdfast-bench");
        try {
            new MigrationBench(
                            TwoClusters.start("holdfast-migrations-bench"),
                            directory,
                            new PrintStream(System.out, true, StandardCharsets.UTF_8))
                    .run();
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        System.exit(0);
    }

    private void run() throws SQLException, IOException {
        // What comes with the application is there before, for both.
        runner(Optional.empty()).run(Cluster.primary, MigrationOrder.automatic(), NOBODY);
        for (int i = 1; i <= VERSIONS; i++) {
            Files.writeString(directory.resolve("V" + (1000 + i) + "__table_" + i + ".sql"), """
                    create table bench.t%1$d (id uuid primary key, name text not null, at timestamptz not null default now());
                    create index t%1$d_name on bench.t%1$d (name);
                    comment on table bench.t%1$d is 'one; of many';
                    """.formatted(i));
        }
        List<Duration> ours = new ArrayList<>();
        List<Duration> flyways = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            Duration our = ours();
            Duration flyway = flyways();
            // The first round warms both up.
            if (round > 0) {
                ours.add(our);
                flyways.add(flyway);
                out.printf(
                        Locale.ROOT,
                        "round %d: holdfast %d ms, Flyway %d ms%n",
                        round,
                        our.toMillis(),
                        flyway.toMillis());
            }
        }
        long our = median(ours);
        long flyway = median(flyways);
        out.printf(
                Locale.ROOT,
                "%d versions on one cluster, median of %d: holdfast %d ms, Flyway %d ms, ratio %.2f (at most 1.2)%n",
                VERSIONS,
                ROUNDS,
                our,
                flyway,
                our / (double) flyway);
    }

    private MigrationRunner runner(Optional<Path> from) {
        MigrationConfig config =
                new MigrationConfig(from, Optional.empty(), "public.flyway_schema_history", Duration.ofSeconds(60), 16);
        return new MigrationRunner(Map.of(Cluster.primary, owner), config, new MigrationFiles(from), JavaChunks.none());
    }

    private Duration ours() throws SQLException {
        empty();
        MigrationOrder order = new MigrationOrder(Direction.run, Optional.empty(), Set.of(), false, "bench");
        long begun = System.nanoTime();
        MigrationResult result = runner(Optional.of(directory))
                .run(Cluster.primary, order, NOBODY)
                .orElseThrow();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (result.steps() != VERSIONS) {
            throw new IllegalStateException(result.steps() + " steps instead of " + VERSIONS);
        }
        return took;
    }

    private Duration flyways() {
        empty();
        long begun = System.nanoTime();
        int applied = Flyway.configure()
                .dataSource(owner)
                .locations("filesystem:" + directory)
                .defaultSchema("bench_history")
                .createSchemas(true)
                .load()
                .migrate()
                .migrationsExecuted;
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        if (applied != VERSIONS) {
            throw new IllegalStateException(applied + " versions instead of " + VERSIONS);
        }
        return took;
    }

    private void empty() {
        clusters.execute(
                Cluster.primary,
                "drop schema if exists bench cascade",
                "drop schema if exists bench_history cascade",
                "create schema bench authorization holdfast_owner",
                "delete from migration.history where version::bigint > 1000");
    }

    private static long median(List<Duration> times) {
        return times.stream().sorted().toList().get(times.size() / 2).toMillis();
    }
}
