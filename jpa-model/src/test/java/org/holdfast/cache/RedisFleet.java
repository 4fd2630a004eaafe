package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Redis servers of one test, which work together: over TLS, and the cache's user may do what the cache needs and nothing else.
 * Ended by {@link #close}.
 */
final class RedisFleet implements AutoCloseable {
    private static final String USER = "cache";
    /** What docs/cache.md says that such a user needs. */
    private static final String RIGHTS =
            "~l2:* &l2:* +get +set +del +hget +hset +pexpire +publish +subscribe +unsubscribe"
                    + " +eval +evalsha +script|load +time +info +ping +cluster|nodes";

    private static final String OPERATOR = "operator";
    private static final String PASSWORD = "of-this-test-alone";
    private static final int SLOTS = 16384;
    private static final Duration START_MAX = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Servers servers;
    private final Path directory;
    private final Map<Integer, Process> processes = new LinkedHashMap<>();

    private List<Integer> nodes = List.of();
    private List<Integer> sentinels = List.of();

    /** Starts nothing yet. */
    RedisFleet(Servers servers) throws IOException {
        this.servers = servers;
        this.directory = Files.createTempDirectory("redis-fleet");
        // A test that is broken off closes nothing.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> processes.values().forEach(Process::destroyForcibly)));
    }

    /** The servers with data, by their ports. */
    List<Integer> nodes() {
        return nodes;
    }

    /** A master, the first of the nodes, its replica, and three sentinels. */
    void startWithSentinels() throws IOException {
        nodes = freePorts(2);
        start(nodes.get(0), "");
        start(nodes.get(1), "replicaof 127.0.0.1 " + nodes.get(0));
        await(nodes.get(1), "INFO replication", "master_link_status:up");
        sentinels = freePorts(3);
        sentinels.forEach(port -> startSentinel(port, nodes.get(0)));
        sentinels.forEach(port -> await(port, "SENTINEL CKQUORUM main", "3 usable Sentinels"));
        sentinels.forEach(port -> await(port, "SENTINEL MASTER main", "num-slaves\n1\n"));
    }

    /** Three masters without replicas. */
    void startCluster() throws IOException {
        nodes = freePorts(3);
        List<Integer> buses = freePorts(3);
        for (int each = 0; each < nodes.size(); each++) {
            start(nodes.get(each), """
                    cluster-enabled yes
                    cluster-port %d
                    cluster-node-timeout 1000
                    cluster-require-full-coverage no
                    """.formatted(buses.get(each)));
        }
        for (int each = 0; each < nodes.size(); each++) {
            int from = SLOTS * each / 3;
            int to = SLOTS * (each + 1) / 3 - 1;
            ask(nodes.get(each), "CLUSTER ADDSLOTSRANGE " + from + " " + to);
            ask(nodes.get(each), "CLUSTER SET-CONFIG-EPOCH " + (each + 1));
        }
        for (int each = 1; each < nodes.size(); each++) {
            ask(nodes.get(0), "CLUSTER MEET 127.0.0.1 " + nodes.get(each) + " " + buses.get(each));
        }
        nodes.forEach(port -> await(port, "CLUSTER INFO", "cluster_slots_ok:" + SLOTS));
    }

    private List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int each = 0; each < count; each++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    private String common(int port) {
        Path tls = servers.tls();
        return """
                bind 127.0.0.1
                port 0
                tls-port %d
                tls-cert-file "%s"
                tls-key-file "%s"
                tls-ca-cert-file "%s"
                tls-auth-clients no
                tls-replication yes
                dir "%s"
                """.formatted(
                        port, tls.resolve("server.crt"), tls.resolve("server.key"), tls.resolve("ca.crt"), directory);
    }

    private void start(int port, String more) {
        run(
                port,
                common(port)
                        + """
                tls-cluster yes
                save ""
                appendonly no
                cluster-config-file nodes-%d.conf
                repl-diskless-sync-delay 0
                user default off
                user %s on >%s %s
                user %s on >%s ~* &* +@all
                masteruser %s
                masterauth %s
                %s
                """.formatted(port, USER, PASSWORD, RIGHTS, OPERATOR, PASSWORD, OPERATOR, PASSWORD, more),
                "");
        await(port, "PING", "PONG");
    }

    private void startSentinel(int port, int master) {
        run(port, common(port) + """
                requirepass %s
                sentinel sentinel-pass %s
                sentinel monitor main 127.0.0.1 %d 2
                sentinel auth-user main %s
                sentinel auth-pass main %s
                sentinel down-after-milliseconds main 700
                sentinel failover-timeout main 3000
                """.formatted(PASSWORD, PASSWORD, master, OPERATOR, PASSWORD), "--sentinel");
    }

    private void run(int port, String configuration, String option) {
        try {
            Path file = directory.resolve(port + ".conf");
            Files.writeString(file, configuration);
            List<String> command = new ArrayList<>(List.of("redis-server", file.toString()));
            if (!option.isEmpty()) {
                command.add(option);
            }
            processes.put(
                    port,
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve(port + ".log").toFile())
                            .start());
        } catch (IOException failure) {
            throw new IllegalStateException("redis-server cannot be started", failure);
        }
    }

    void kill(int port) {
        Process process = processes.get(port);
        if (process != null) {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    /** Starts one that was killed with the configuration that it had, empty. */
    void startAgain(int port) {
        Path file = directory.resolve(port + ".conf");
        try {
            run(port, Files.readString(file), "");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        await(port, "PING", "PONG");
    }

    void await(int port, String command, String part) {
        Awaitility.await(command + " of " + port + " in " + directory)
                .atMost(START_MAX)
                .pollInterval(POLL)
                .until(() -> {
                    Process process = processes.get(port);
                    assertThat(process != null && process.isAlive())
                            .as("%s runs; its log is in %s", port, directory)
                            .isTrue();
                    return ask(port, command).contains(part);
                });
    }

    String ask(int port, String command) {
        boolean isSentinel = command.startsWith("SENTINEL");
        String login = isSentinel ? "AUTH " + PASSWORD : "AUTH " + OPERATOR + " " + PASSWORD;
        try {
            Process process = new ProcessBuilder(
                            "redis-cli",
                            "--tls",
                            "--cacert",
                            servers.tls().resolve("ca.crt").toString(),
                            "-p",
                            Integer.toString(port))
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write((login + "\n" + command + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException notReached) {
                return "";
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            return answer.substring(answer.indexOf('\n') + 1).replace("\r", "");
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static String addresses(List<Integer> ports) {
        return ports.stream().map(port -> "\"rediss://127.0.0.1:" + port + "\"").collect(Collectors.joining(", "));
    }

    private String redisson(String kind, String own) {
        return """
                nettyThreads: 4
                threads: 2
                %s:
                  username: "%s"
                  password: "%s"
                  sslTruststore: "%s"
                  sslTruststorePassword: "changeit"
                  retryAttempts: 0
                  timeout: 1000
                  connectTimeout: 1000
                  masterConnectionMinimumIdleSize: 2
                  masterConnectionPoolSize: 16
                  subscriptionConnectionMinimumIdleSize: 1
                  subscriptionConnectionPoolSize: 4
                %s
                """.formatted(kind, USER, PASSWORD, servers.truststore(), own);
    }

    /** Redisson's configuration by the sentinels. */
    String sentinelYaml() {
        return redisson("sentinelServersConfig", """
                  masterName: "main"
                  sentinelPassword: "%s"
                  sentinelAddresses: [%s]
                """.formatted(PASSWORD, addresses(sentinels)));
    }

    /** Redisson's configuration by the nodes of the cluster. */
    String clusterYaml() {
        return redisson("clusterServersConfig", """
                  nodeAddresses: [%s]
                """.formatted(addresses(nodes)));
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
        processes.values().forEach(process -> process.onExit().join());
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
