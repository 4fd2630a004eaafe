package org.holdfast.migration;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.jdbc.Database;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;

/**
 * What an expand, a data and a contract version do to callers who read and update the same table by its key, on two clusters
 * of its own, one following the other. The table is replicated, under the write lease, and audited, as all are.
 */
final class MigrationLoad {
    private static final int ROWS = 2_000_000;
    private static final int FILL_ROWS = 100_000;
    private static final int CALLERS = 4;
    private static final Duration QUIET = Duration.ofSeconds(20);
    private static final Duration PHASE_MIN = Duration.ofSeconds(5);
    private static final Duration FOLLOWED_WITHIN = Duration.ofMinutes(10);
    private static final double SLOWER_MAX = 1.5;
    private static final double LOCK_WAIT_MILLIS_MAX = 100;

    private final TwoClusters clusters;
    private final Path directory;
    private final int rows;
    private final PrintStream out;

    private MigrationLoad(TwoClusters clusters, Path directory, int rows, PrintStream out) {
        this.clusters = clusters;
        this.directory = directory;
        this.rows = rows;
        this.out = out;
    }

    /** Argument: how many rows the table has, from 1,000. */
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        int rows = arguments.length == 0 ? ROWS : Integer.parseInt(arguments[0]);
        if (rows < 1_000) {
            throw new IllegalArgumentException(rows + " rows are not enough to measure; at least 1000");
        }
        TwoClusters clusters = TwoClusters.start("holdfast-migration-load");
        clusters.makeReady();
        new MigrationLoad(
                        clusters,
                        Files.createDirectories(clusters.topology().home().resolve("migrations")),
                        rows,
                        new PrintStream(System.out, true, StandardCharsets.UTF_8))
                .run();
        System.exit(0);
    }

    private void run() throws SQLException, IOException, InterruptedException {
        ParcelVersions.write(directory);
        try (HikariDataSource primary = TwoClusters.pool(clusters.owner(Cluster.primary));
                HikariDataSource failover = TwoClusters.pool(clusters.owner(Cluster.failover));
                LoadOnParcels load = new LoadOnParcels(clusters, rows, CALLERS)) {
            MigrationConfig config = new MigrationConfig(
                    Optional.of(directory),
                    Optional.empty(),
                    "public.flyway_schema_history",
                    Duration.ofMinutes(2),
                    16);
            MigrationRunner runner = new MigrationRunner(
                    Map.of(Cluster.primary, primary, Cluster.failover, failover),
                    config,
                    new MigrationFiles(config.directory()),
                    JavaChunks.none());
            migrate(runner, ParcelVersions.TABLE);
            fill();
            load.start();
            out.printf(
                    "%n%-28s %8s %7s %9s %9s %9s %12s%n",
                    rows + " rows, ms", "seconds", "calls", "p50", "p99", "longest", "lock wait");
            LoadOnParcels.Phase before = load.phase(() -> {}, QUIET);
            tell("before", before);
            tell("expand", load.phase(() -> migrate(runner, ParcelVersions.EXPAND), PHASE_MIN), before);
            LoadOnParcels.Phase data = load.phase(() -> migrate(runner, ParcelVersions.DATA), PHASE_MIN);
            tell("data", data, before);
            tell("index", load.phase(() -> migrate(runner, ParcelVersions.INDEX), PHASE_MIN), before);
            tell("contract", load.phase(() -> migrate(runner, ParcelVersions.CONTRACT), PHASE_MIN), before);
            tell("after", load.phase(() -> {}, PHASE_MIN));
            out.printf(Locale.ROOT, "back-fill: %.0f rows a second%n", rows / data.workSeconds());
        }
        clusters.awaitFollowed(FOLLOWED_WITHIN);
        List<String> here = clusters.query(Cluster.primary, ParcelVersions.CHECKSUM);
        List<String> there = clusters.query(Cluster.failover, ParcelVersions.CHECKSUM);
        out.println(
                "both clusters " + (here.equals(there) ? "have the same rows: " + here : "DIFFER: " + here + there));
    }

    private static void migrate(MigrationRunner runner, String target) throws SQLException {
        MigrationResult result = runner.run(
                        Cluster.primary,
                        new MigrationOrder(
                                Direction.run, Optional.of(MigrationVersion.of(target)), Set.of(), false, "bench"),
                        new Unwatched())
                .orElseThrow();
        if (!result.differences().isEmpty()) {
            throw new IllegalStateException(result.differences().toString());
        }
    }

    // Without its triggers, or half of the time would go into entries of the trail that nobody looks at.
    private void fill() throws SQLException {
        for (int from = 1; from <= rows; from += FILL_ROWS) {
            try (Connection connection = clusters.superuser(Cluster.primary)) {
                Database.script(connection, "set session_replication_role = replica");
                Database.run(connection, ParcelVersions.FILL, from, Math.min(from + FILL_ROWS - 1, rows));
            }
            clusters.awaitFollowed(FOLLOWED_WITHIN);
        }
        clusters.execute(Cluster.primary, "vacuum analyze memory.parcel");
    }

    private void tell(String what, LoadOnParcels.Phase phase) {
        out.printf(
                Locale.ROOT,
                "%-28s %8.1f %7d %9.2f %9.2f %9.1f %12.1f%n",
                what,
                phase.seconds(),
                phase.calls(),
                phase.millis(50),
                phase.millis(99),
                phase.millis(100),
                phase.lockWaitMillis());
    }

    private void tell(String what, LoadOnParcels.Phase phase, LoadOnParcels.Phase before) {
        tell(what, phase);
        double p50 = phase.millis(50) / before.millis(50);
        double p99 = phase.millis(99) / before.millis(99);
        boolean isMet = p50 <= SLOWER_MAX && p99 <= SLOWER_MAX && phase.lockWaitMillis() <= LOCK_WAIT_MILLIS_MAX;
        out.printf(
                Locale.ROOT,
                "  against before %.2f / %.2f (at most %.1f), a lock for %.1f ms at most (%.0f): %s%n",
                p50,
                p99,
                SLOWER_MAX,
                phase.lockWaitMillis(),
                LOCK_WAIT_MILLIS_MAX,
                isMet ? "met" : "missed");
    }
}
