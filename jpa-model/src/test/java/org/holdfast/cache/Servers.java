package org.holdfast.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.NodeControl;
import org.holdfast.launcher.NodeName;
import org.holdfast.launcher.Ports;
import org.holdfast.launcher.ServerKind;
import org.holdfast.launcher.TopologySettings;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL with a replica, and Redis, started once for all tests of the process; or those of a topology that runs already,
 * when {@code HOLDFAST_HOME} names it.
 */
final class Servers {
    private static final System.Logger LOG = System.getLogger(Servers.class.getName());

    private static @Nullable Servers running;

    private final LocalTopology topology;
    private final Ports ports;
    private final Path truststore;

    private Servers(LocalTopology topology, Ports ports, Path truststore) {
        this.topology = topology;
        this.ports = ports;
        this.truststore = truststore;
    }

    static synchronized Servers get() {
        Servers known = running;
        if (known == null) {
            known = start(System.getenv());
            running = known;
        }
        return known;
    }

    private static Servers start(Map<String, String> environment) {
        String shared = environment.get("HOLDFAST_HOME");
        Ports ports = shared == null ? Ports.free(1) : Ports.fromEnvironment(environment);
        TopologySettings settings = new TopologySettings(
                Path.of(System.getProperty("holdfast.project", "..")),
                Path.of(shared == null ? System.getProperty("holdfast.home", "target/holdfast") : shared),
                ports,
                ServerKind.SERVER,
                1,
                environment);
        LocalTopology topology = new LocalTopology(settings, message -> LOG.log(System.Logger.Level.INFO, message));
        if (shared == null) {
            topology.reset();
            Runtime.getRuntime().addShutdownHook(new Thread(topology::stop, "stop-the-servers"));
        }
        topology.startDatabases();
        Servers servers = new Servers(topology, ports, truststore(topology.certificateAuthority()));
        servers.execute(schema());
        return servers;
    }

    private static String schema() {
        try (InputStream in = Servers.class.getResourceAsStream("/cachetest.sql")) {
            if (in == null) {
                throw new IllegalStateException("no cachetest.sql");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    // Redisson takes the authority from a Java key store only.
    private static Path truststore(Path authority) {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
            Path file = Files.createTempFile("truststore", ".p12");
            file.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, "changeit".toCharArray());
            }
            return file;
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Redisson's configuration for the first Redis. */
    String redisson() {
        return redisson(port(NodeName.REDIS_A));
    }

    int port(NodeName node) {
        return ports.of(node);
    }

    /** The same for a Redis at another port of this machine. */
    String redisson(int port) {
        return """
                nettyThreads: 4
                threads: 2
                singleServerConfig:
                  address: "rediss://localhost:%d"
                  password: "%s"
                  sslTruststore: "%s"
                  sslTruststorePassword: "changeit"
                  retryAttempts: 0
                  timeout: 1000
                  connectTimeout: 1000
                  connectionMinimumIdleSize: 2
                  connectionPoolSize: 16
                  subscriptionConnectionMinimumIdleSize: 1
                  subscriptionConnectionPoolSize: 4
                """.formatted(port, password(), truststore.toUri());
    }

    /** The directory with the servers' certificate, its key, and the authority's certificate. */
    Path tls() {
        return topology.home().resolve("tls");
    }

    /** The authority for Redisson; its password is {@code changeit}. */
    URI truststore() {
        return truststore.toUri();
    }

    private String password() {
        return topology.secrets().get("REDIS_PASSWORD");
    }

    String primaryUrl() {
        return topology.jdbcUrl(NodeName.PRIMARY);
    }

    String replicaUrl() {
        return topology.jdbcUrl(NodeName.REPLICA1);
    }

    String databasePassword() {
        return topology.secrets().get("POSTGRES_PASSWORD");
    }

    NodeControl redis() {
        return topology.node("redisA");
    }

    /** The replica shows nothing newer from now on. */
    void stopReplay() {
        query(replicaUrl(), "select pg_wal_replay_pause()");
    }

    void goOnWithReplay() {
        query(replicaUrl(), "select pg_wal_replay_resume()");
    }

    /** Whether the replica shows everything that the primary has. */
    boolean isReplicaUpToDate() {
        String position = query(primaryUrl(), "select pg_current_wal_lsn()");
        return query(replicaUrl(), "select pg_last_wal_replay_lsn() >= '" + position + "'::pg_lsn")
                .equals("t");
    }

    /** Redis loses everything. */
    void flushRedis() {
        redis("FLUSHALL");
    }

    /** Redis runs out of memory and evicts rows and tombstones, but not the epochs; then it has memory again. */
    void evictRowsOfRedis() {
        String memory =
                redis("CONFIG GET maxmemory").lines().skip(1).findFirst().orElse("0");
        redis("CONFIG SET maxmemory-policy volatile-lru");
        redis("CONFIG SET maxmemory 1");
        redis("SET filler x");
        redis("CONFIG SET maxmemory " + memory);
        redis("CONFIG SET maxmemory-policy allkeys-lru");
    }

    /** What the first Redis answers to a command. */
    String redis(String command) {
        return redis(NodeName.REDIS_A, command);
    }

    /** What a Redis answers to a command. */
    String redis(NodeName node, String command) {
        try {
            Process process = new ProcessBuilder(
                            "redis-cli",
                            "--tls",
                            "--cacert",
                            topology.certificateAuthority().toString(),
                            "-p",
                            Integer.toString(ports.of(node)))
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(("AUTH " + password() + "\n" + command + "\n").getBytes(StandardCharsets.UTF_8));
            }
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(10, TimeUnit.SECONDS);
            return answer.substring(answer.indexOf('\n') + 1);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    void execute(String sql) {
        try (Connection connection = connect(primaryUrl());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    String query(String url, String sql) {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** To the primary. */
    Connection connection() throws SQLException {
        return connect(primaryUrl());
    }

    /** As the superuser. */
    Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, "postgres", databasePassword());
    }
}
