package org.holdfast.migration;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.holdfast.jdbc.Database;
import org.holdfast.launcher.NodeControl;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;

/**
 * Expand, data (in SQL and in Java), index and contract versions whose runner's process, or whose writer, is killed at random moments. Run again to
 * its end, each must have done every row exactly once, on both clusters; and taken back step by step, each step must leave the
 * shape of before. On two clusters of its own.
 */
final class MigrationKills {
    private static final int MOMENTS = 20;
    private static final int ROWS = 50_000;
    private static final int ATTEMPTS_MAX = 20;
    private static final Duration FOLLOWED_WITHIN = Duration.ofMinutes(3);
    private static final List<String> STEPS = List.of(
            ParcelVersions.TABLE,
            ParcelVersions.EXPAND,
            ParcelVersions.DATA,
            ParcelVersions.STEP,
            ParcelVersions.INDEX,
            ParcelVersions.CONTRACT);
    private static final String ROWS_WRONG = "select count(*) from generate_series(1, " + ROWS
            + ") n full join memory.parcel p on p.id = n where p.id is null or n is null or p.touched <> 1 or p.visits <> 1";
    private static final String CHECKPOINTS = "select rows_done from orchestration.data_migration where version in ('"
            + ParcelVersions.DATA + "', '" + ParcelVersions.STEP + "') order by version";

    private final TwoClusters clusters;
    private final Path directory;
    private final MigrationRunner runner;
    private final Random random;
    private final PrintStream out;
    private final List<String> findings = new ArrayList<>();

    private MigrationKills(TwoClusters clusters, Path directory, long seed, PrintStream out) {
        this.clusters = clusters;
        this.directory = directory;
        MigrationConfig config = new MigrationConfig(
                Optional.of(directory), Optional.empty(), "public.flyway_schema_history", Duration.ofMinutes(1), 16);
        Map<Cluster, DataSource> owners = new EnumMap<>(Cluster.class);
        for (Cluster cluster : Cluster.values()) {
            owners.put(cluster, TwoClusters.pool(clusters.owner(cluster)));
        }
        this.runner = new MigrationRunner(
                owners, config, new MigrationFiles(config.directory()), JavaChunks.of(List.of(new Visits())));
        this.random = new Random(seed);
        this.out = out;
    }

    /** Arguments: how many moments, and a seed. Ends with 1 when something is not as it must be. */
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        int moments = arguments.length == 0 ? MOMENTS : Integer.parseInt(arguments[0]);
        long seed = arguments.length < 2 ? System.nanoTime() : Long.parseLong(arguments[1]);
        TwoClusters clusters = TwoClusters.start("holdfast-migration-kills");
        clusters.makeReady();
        MigrationKills kills = new MigrationKills(
                clusters,
                Files.createDirectories(clusters.topology().home().resolve("migrations")),
                seed,
                new PrintStream(System.out, true, StandardCharsets.UTF_8));
        kills.out.println(moments + " moments, seed " + seed);
        kills.run(moments);
        System.exit(kills.findings.isEmpty() ? 0 : 1);
    }

    private void run(int moments) throws SQLException, IOException, InterruptedException {
        ParcelVersions.write(directory);
        ParcelVersions.writeStep(directory);
        Map<String, Fingerprint> shapes = new LinkedHashMap<>();
        for (String step : STEPS) {
            to(Direction.run, step);
            shapes.put(step, fingerprint(Cluster.primary));
            if (step.equals(ParcelVersions.TABLE)) {
                clusters.execute(
                        Cluster.primary,
                        "set session_replication_role = replica",
                        ParcelVersions.FILL.replaceFirst("\\?", "1").replaceFirst("\\?", Integer.toString(ROWS)));
            }
        }
        back("undisturbed", shapes);
        long begun = System.nanoTime();
        end("undisturbed", RunnerProcess.start(clusters, directory));
        Duration whole = Duration.ofNanos(System.nanoTime() - begun);
        back("undisturbed", shapes);
        int runs = 0;
        for (int moment = 1; moment <= moments; moment++) {
            boolean isWriterKilled = moment % 2 == 0;
            long nanos = (long) (random.nextDouble() * whole.toNanos());
            String what = String.format(
                    Locale.ROOT,
                    "moment %d: %s killed after %.2f of %.2f s",
                    moment,
                    isWriterKilled ? "the writer" : "the runner",
                    nanos / 1e9,
                    whole.toNanos() / 1e9);
            int before = findings.size();
            int again = kill(what, isWriterKilled, nanos);
            back(what, shapes);
            runs += again;
            out.println(what + ", right after " + again + " more: " + (findings.size() == before ? "yes" : "NO"));
        }
        out.printf("%d moments, %d runs more, %d findings (goal 0)%n", moments, runs, findings.size());
    }

    // How many runs it took to end.
    private int kill(String what, boolean isWriterKilled, long nanos)
            throws SQLException, IOException, InterruptedException {
        RunnerProcess process = RunnerProcess.start(clusters, directory);
        // Nobody counts it down.
        new CountDownLatch(1).await(nanos, TimeUnit.NANOSECONDS);
        if (isWriterKilled) {
            NodeControl writer =
                    clusters.topology().node(TwoClusters.head(Cluster.primary).label());
            writer.kill();
            process.end();
            writer.start();
            // The lease does not outlive a crash.
            clusters.lease(Cluster.primary);
        } else {
            process.kill();
            process.end();
        }
        out.println("  then "
                + clusters.query(
                        Cluster.primary,
                        "select string_agg(id, ' ' order by applied_at) from migration.history where version::int >= 100")
                + ", rows done " + clusters.query(Cluster.primary, CHECKPOINTS));
        return end(what, RunnerProcess.start(clusters, directory));
    }

    private int end(String what, RunnerProcess begun) throws SQLException, IOException, InterruptedException {
        RunnerProcess process = begun;
        for (int attempt = 1; ; attempt++) {
            Optional<String> wrong = process.end();
            if (wrong.isEmpty()) {
                requireRight(what);
                return attempt;
            }
            if (attempt == ATTEMPTS_MAX) {
                found(what + ": it did not end right in " + attempt + " runs: " + wrong.get());
                return attempt;
            }
            process = RunnerProcess.start(clusters, directory);
        }
    }

    private void requireRight(String what) throws SQLException {
        requireEqual(what + ": rows lost, or done not once", List.of("0"), clusters.query(Cluster.primary, ROWS_WRONG));
        requireEqual(
                what + ": rows counted",
                List.of(Integer.toString(ROWS), Integer.toString(ROWS)),
                clusters.query(Cluster.primary, CHECKPOINTS));
        clusters.awaitFollowed(FOLLOWED_WITHIN);
        requireEqual(
                what + ": rows of the standby",
                clusters.query(Cluster.primary, ParcelVersions.CHECKSUM),
                clusters.query(Cluster.failover, ParcelVersions.CHECKSUM));
    }

    // Step by step, to where the table is and nothing else.
    private void back(String what, Map<String, Fingerprint> shapes) throws SQLException {
        for (int step = STEPS.size() - 1; step >= 0; step--) {
            if (step < STEPS.size() - 1) {
                to(Direction.rollback, STEPS.get(step));
            }
            for (Cluster cluster : Cluster.values()) {
                requireEqual(
                        what + ": shape of " + cluster + " at " + STEPS.get(step),
                        List.of(),
                        Fingerprint.differences(
                                Optional.ofNullable(shapes.get(STEPS.get(step))).orElseThrow(), fingerprint(cluster)));
            }
        }
    }

    private void requireEqual(String what, List<String> expected, List<String> found) {
        if (!found.equals(expected)) {
            found(what + ": " + found + " instead of " + expected);
        }
    }

    private void found(String finding) {
        findings.add(finding);
        out.println("  " + finding);
    }

    private Fingerprint fingerprint(Cluster cluster) throws SQLException {
        return Database.of(clusters.owner(cluster)).with(Fingerprint::read);
    }

    private void to(Direction direction, String version) throws SQLException {
        MigrationResult result = runner.run(
                        Cluster.primary,
                        new MigrationOrder(
                                direction,
                                Optional.of(MigrationVersion.of(version)),
                                Set.of("drops-rows"),
                                false,
                                "bench"),
                        new Unwatched())
                .orElseThrow();
        requireEqual(direction + " to " + version, List.of(), result.differences());
    }
}
