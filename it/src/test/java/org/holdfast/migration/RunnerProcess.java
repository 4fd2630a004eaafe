package org.holdfast.migration;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.postgresql.ds.PGSimpleDataSource;

/** The runner in a process of its own, which can be killed. It applies everything there is, and ends with 0 when all is well. */
final class RunnerProcess {
    static final String BEGINS = "begins";

    private static final Duration ENDS_WITHIN = Duration.ofMinutes(3);
    private static final int OTHER_RUNNER = 3;
    private static final int DIFFERENT = 4;

    private final Process process;

    private RunnerProcess(Process process) {
        this.process = process;
    }

    /** Starts one over both clusters of a topology; returns when it is about to run. */
    static RunnerProcess start(TwoClusters clusters, Path directory) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RunnerProcess.class.getName(),
                directory.toString());
        for (Cluster cluster : Cluster.values()) {
            builder.environment().put(cluster.name(), clusters.topology().jdbcUrl(TwoClusters.head(cluster)));
        }
        builder.environment()
                .put("OWNER_PASSWORD", clusters.topology().secrets().get("OWNER_PASSWORD"));
        Process process = builder.redirectError(ProcessBuilder.Redirect.appendTo(
                        clusters.topology().home().resolve("runner.log").toFile()))
                .start();
        RunnerProcess runner = new RunnerProcess(process);
        if (!runner.line().equals(BEGINS)) {
            throw new IOException(runner.rest());
        }
        return runner;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        InputStream output = process.getInputStream();
        for (int next = output.read(); next >= 0 && next != '\n'; next = output.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private String rest() throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** SIGKILL. */
    void kill() {
        // By its handle: the process itself would close what it has said as well.
        process.toHandle().destroyForcibly();
    }

    /** What it said, when it has ended otherwise than well; empty when all is well. */
    Optional<String> end() throws IOException, InterruptedException {
        String said = rest();
        if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return Optional.of("it did not end within " + ENDS_WITHIN);
        }
        return process.exitValue() == 0 ? Optional.empty() : Optional.of(process.exitValue() + ": " + said);
    }

    /** Argument: the directory of the files. */
    public static void main(String[] arguments) throws SQLException {
        Logger.getLogger("").setLevel(Level.WARNING);
        MigrationConfig config = new MigrationConfig(
                Optional.of(Path.of(arguments[0])),
                Optional.empty(),
                "public.flyway_schema_history",
                Duration.ofMinutes(1),
                16);
        Map<Cluster, DataSource> owners = new EnumMap<>(Cluster.class);
        for (Cluster cluster : Cluster.values()) {
            PGSimpleDataSource owner = new PGSimpleDataSource();
            owner.setUrl(System.getenv(cluster.name()));
            owner.setUser("holdfast_owner");
            owner.setPassword(System.getenv("OWNER_PASSWORD"));
            owners.put(cluster, TwoClusters.pool(owner));
        }
        MigrationRunner runner = new MigrationRunner(
                owners, config, new MigrationFiles(config.directory()), JavaChunks.of(List.of(new Visits())));
        out(BEGINS);
        Optional<MigrationResult> result = runner.run(
                Cluster.primary,
                new MigrationOrder(Direction.run, Optional.empty(), Set.of(), false, "bench"),
                new Unwatched());
        List<String> differences = result.map(MigrationResult::differences).orElse(List.of());
        differences.forEach(RunnerProcess::out);
        System.exit(result.isEmpty() ? OTHER_RUNNER : differences.isEmpty() ? 0 : DIFFERENT);
    }

    private static void out(String line) {
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(line);
    }
}
