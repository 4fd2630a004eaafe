package org.holdfast.it.api;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.NodeName;
import org.holdfast.launcher.Ports;

/** A real PgBouncer before each node, by the configuration that operators are given, with its addresses and files changed. */
final class Poolers implements AutoCloseable {
    private static final Path SAMPLE = Path.of("payara-config/pgbouncer/pgbouncer.ini");
    private static final Path DEBIANS = Path.of("/usr/sbin/pgbouncer");
    private static final Duration STARTED_WITHIN = Duration.ofSeconds(20);
    private static final int END_SECONDS_MAX = 10;
    private static final List<NodeName> NODES = List.of(
            NodeName.PRIMARY, NodeName.REPLICA1, NodeName.REPLICA2, NodeName.FAILOVER, NodeName.FAILOVER_REPLICA1);

    private final LocalTopology topology = RunningSystem.get().topology();
    private final Path tls = topology.home().resolve("tls");
    private final Path directory = topology.home().resolve("poolers");
    private final Ports ports = Ports.free(1);
    private final Map<NodeName, Process> processes = new EnumMap<>(NodeName.class);
    private final UserPrincipal user;

    Poolers() throws IOException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-the-poolers"));
        // Who may read the servers' key.
        user = Files.getOwner(tls.resolve("server.key"));
        Files.createDirectories(directory);
        Files.setOwner(directory, user);
        Path passwords = write(
                "userlist.txt",
                Stream.of("APP", "OWNER", "PROBE")
                        .map(role -> "\"holdfast_" + role.toLowerCase(Locale.ROOT) + "\" \""
                                + topology.secrets().get(role + "_PASSWORD") + "\"\n")
                        .reduce("", String::concat));
        String sample = Files.readString(
                Path.of(System.getProperty("holdfast.project", "..")).resolve(SAMPLE));
        for (NodeName node : NODES) {
            write(node.label() + ".ini", configuration(sample, node, passwords));
            start(node);
        }
    }

    private String configuration(String sample, NodeName node, Path passwords) {
        Map<String, String> values = Map.of(
                "holdfast", "host=localhost port=" + topology.node(node.label()).port(),
                "listen_port", Integer.toString(ports.of(node)),
                "auth_file", passwords.toString(),
                "logfile", directory.resolve(node.label() + ".log").toString(),
                "client_tls_cert_file", tls.resolve("server.crt").toString(),
                "client_tls_key_file", tls.resolve("server.key").toString(),
                "server_tls_ca_file", topology.certificateAuthority().toString());
        String changed = sample;
        for (Map.Entry<String, String> each : values.entrySet()) {
            String before = changed;
            changed = changed.replaceFirst("(?m)^" + each.getKey() + " = .*$", each.getKey() + " = " + each.getValue());
            if (changed.equals(before)) {
                throw new IllegalStateException(SAMPLE + " does not set " + each.getKey());
            }
        }
        return changed + "user = " + user.getName() + "\nadmin_users = holdfast_probe\n";
    }

    private Path write(String name, String content) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, content);
        Files.setOwner(file, user);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    void start(NodeName node) {
        try {
            processes.put(
                    node,
                    new ProcessBuilder(
                                    Files.isExecutable(DEBIANS) ? DEBIANS.toString() : "pgbouncer",
                                    directory.resolve(node.label() + ".ini").toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        await().atMost(STARTED_WITHIN).ignoreException(IOException.class).until(() -> {
            try (Socket answered = new Socket(InetAddress.getByName("localhost"), ports.of(node))) {
                return answered.isConnected();
            }
        });
    }

    void kill(NodeName node) throws InterruptedException {
        Process process = processes.get(node);
        if (process == null || !process.destroyForcibly().waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the pooler of " + node + " does not end within " + END_SECONDS_MAX + " s");
        }
    }

    /** Where the application finds the nodes. */
    Map<NodeName, Integer> ways() {
        Map<NodeName, Integer> ways = new EnumMap<>(NodeName.class);
        NODES.forEach(node -> ways.put(node, ports.of(node)));
        return ways;
    }

    /** How the connections of each role are pooled before a node, by role. */
    Map<String, String> modes(NodeName node) throws IOException, InterruptedException {
        // The driver begins with a SET that PgBouncer's console does not know.
        ProcessBuilder console = new ProcessBuilder(
                        "psql",
                        "host=localhost port=" + ports.of(node)
                                + " dbname=pgbouncer user=holdfast_probe sslmode=verify-full sslrootcert="
                                + topology.certificateAuthority(),
                        "--no-align",
                        "--command=show pools")
                .redirectErrorStream(true);
        console.environment().put("PGPASSWORD", topology.secrets().get("PROBE_PASSWORD"));
        Process process = console.start();
        if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IllegalStateException(
                    "the console of the pooler of " + node + " does not answer within " + END_SECONDS_MAX + " s");
        }
        List<String[]> rows = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split("\\|"))
                .toList();
        List<String> names = List.of(rows.get(0));
        Map<String, String> modes = new TreeMap<>();
        rows.stream()
                .filter(row -> row.length == names.size())
                .forEach(row -> modes.put(row[names.indexOf("user")], row[names.indexOf("pool_mode")]));
        return modes;
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
    }
}
