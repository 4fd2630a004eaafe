package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;

/** One PostgreSQL server: made once by initdb or as a copy of the node it follows, then started as often as needed. */
final class PostgresNode implements LocalNode {
    // Crash recovery of a killed server replays its log first; the bound is for one that never comes.
    private static final Duration START_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(50);

    private final NodeName name;
    private final TopologyContext context;
    private final Supplier<PostgresPrograms> programs;
    private final Path directory;
    private final Path data;

    PostgresNode(NodeName name, TopologyContext context, Supplier<PostgresPrograms> programs) {
        this.name = name;
        this.context = context;
        this.programs = programs;
        this.directory = context.home().node(name.label());
        this.data = directory.resolve("data");
    }

    @Override
    public String name() {
        return name.label();
    }

    @Override
    public String role() {
        return name.role();
    }

    @Override
    public int port() {
        return context.ports().of(name);
    }

    @Override
    public NodeProcesses processes() {
        return new NodeProcesses(directory);
    }

    boolean hasData() {
        return Files.isDirectory(data);
    }

    @Override
    public void start() {
        processes().resume();
        if (context.access().accepts(name)) {
            return;
        }
        // Whatever is left of a killed server (orphaned backends, an interrupted set-up) would block the new one.
        processes().kill();
        PortCheck.requireFree(port(), name(), Ports.variable(name));
        context.user().makeDirectory(directory, "rwx------");
        prepareData();
        configure();
        launch();
    }

    private void prepareData() {
        if (name.upstream().isPresent()) {
            NodeName upstream = name.upstream().get();
            if (!hasData() || slotIsLost(upstream)) {
                copyFrom(upstream);
            }
        } else if (!hasData()) {
            initialise();
        }
    }

    private void initialise() {
        context.progress().step(name() + ": creating the database cluster");
        Path aside = emptyAside();
        Path passwordFile = directory.resolve("initial-password");
        context.user().writePrivate(passwordFile, context.secrets().get("POSTGRES_PASSWORD"));
        tool("initdb")
                .with("--pgdata=" + aside, "--username=postgres", "--pwfile=" + passwordFile)
                .with("--auth=scram-sha-256", "--data-checksums", "--no-sync", "--wal-segsize=4")
                .with("--encoding=UTF8", "--locale=C.UTF-8")
                .runOrFail(name() + ": initdb failed");
        finish(aside);
        try {
            Files.delete(passwordFile);
        } catch (IOException e) {
            throw new LauncherException("cannot remove " + passwordFile + ": " + e.getMessage(), e);
        }
    }

    private void copyFrom(NodeName upstream) {
        context.progress().step(name() + ": copying " + upstream.label());
        Path aside = emptyAside();
        // Made anew: a slot that an interrupted copy or a lost replica left behind does not hold what this copy needs.
        context.access()
                .execute(
                        upstream,
                        "postgres",
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '"
                                + name.slot() + "' AND NOT active",
                        "SELECT pg_create_physical_replication_slot('" + name.slot() + "', true)");
        tool("pg_basebackup")
                .env(context.access()
                        .libpq(
                                upstream,
                                "holdfast_replication",
                                context.secrets().get("REPLICATION_PASSWORD")))
                .with("--pgdata=" + aside, "--checkpoint=fast", "--wal-method=stream", "--no-sync")
                .with("--slot=" + name.slot())
                .atMost(Duration.ofMinutes(15))
                .runOrFail(name() + ": copying " + upstream.label() + " failed");
        writeAsUser(aside.resolve("standby.signal"), "");
        finish(aside);
    }

    // A replica that was away while its upstream wrote more than it keeps can never catch up: it is copied again.
    private boolean slotIsLost(NodeName upstream) {
        try (Connection connection = context.access().connect(upstream, "postgres", 5);
                PreparedStatement query = connection.prepareStatement(
                        "SELECT wal_status = 'lost' FROM pg_replication_slots WHERE slot_name = ?")) {
            query.setString(1, name.slot());
            try (ResultSet rows = query.executeQuery()) {
                return !rows.next() || rows.getBoolean(1);
            }
        } catch (SQLException upstreamIsDown) {
            // Without its upstream the replica starts with what it has.
            return false;
        }
    }

    private Path emptyAside() {
        Path aside = directory.resolve("data.new");
        try {
            Home.deleteTree(aside);
        } catch (IOException e) {
            throw new LauncherException("cannot clear " + aside + ": " + e.getMessage(), e);
        }
        context.home().requireSpace(200L << 20);
        return aside;
    }

    // Renamed when complete: a launcher killed on the way leaves no half-made data directory behind.
    private void finish(Path aside) {
        try {
            Home.deleteTree(data);
            Files.move(aside, data, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LauncherException("cannot move " + aside + ": " + e.getMessage(), e);
        }
    }

    private void configure() {
        Path access = directory.resolve("access.conf");
        PostgresConfiguration configuration = new PostgresConfiguration(name, port(), context.certificates(), access);
        if (programs.get().countsStatements()) {
            configuration.countingStatements();
        }
        name.upstream().ifPresent(upstream -> {
            Path passwords = directory.resolve("replication.pgpass");
            writeAsUser(
                    passwords, "*:*:*:holdfast_replication:" + context.secrets().get("REPLICATION_PASSWORD") + "\n");
            configuration.following(context.access().replicationTarget(upstream, name), passwords, name.slot());
        });
        writeAsUser(access, PostgresConfiguration.HOST_BASED_ACCESS);
        writeAsUser(directory.resolve("holdfast.conf"), configuration.render());
        writeAsUser(data.resolve("postgresql.conf"), "include = '" + directory.resolve("holdfast.conf") + "'\n");
    }

    private void launch() {
        try {
            // No process of the node is alive here, but its number may be another's by now, which would stop the start.
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        } catch (IOException e) {
            throw new LauncherException("cannot remove " + data.resolve("postmaster.pid"), e);
        }
        Path log = context.home().log(name());
        long from = new LogFile(log).size();
        Process process =
                tool("postgres").with("-D", data.toString()).logTo(log).startServer();
        Waiting.until(
                START_MAX, POLL, () -> !process.isAlive() || context.access().accepts(name));
        if (!process.isAlive() || !context.access().accepts(name)) {
            throw new LauncherException(name() + " does not start; the end of " + log + ":" + System.lineSeparator()
                    + String.join(System.lineSeparator(), new LogFile(log).tail(from, 8)));
        }
    }

    @Override
    public void stop() {
        // SIGINT is PostgreSQL's fast shutdown: sessions are ended, data is flushed.
        processes().stop("INT", STOP_MAX);
    }

    private Command tool(String program) {
        return Command.as(context.user(), programs.get().program(program))
                .in(directory)
                .cleanEnvironment();
    }

    private void writeAsUser(Path file, String content) {
        context.user().writePrivate(file, content);
    }
}
