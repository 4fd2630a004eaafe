package org.holdfast.migration;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.holdfast.jdbc.Database;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.NodeName;
import org.holdfast.launcher.Ports;
import org.holdfast.launcher.ServerKind;
import org.holdfast.launcher.TopologySettings;
import org.holdfast.topology.Cluster;
import org.postgresql.ds.PGSimpleDataSource;

/** The databases of a topology of its own, without the application, and what a test asks of them. */
final class TwoClusters {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final LocalTopology topology;

    private TwoClusters(LocalTopology topology) {
        this.topology = topology;
    }

    /** Starts them, empty, or takes those that run at {@code HOLDFAST_HOME}, as they are. They stop with this JVM. */
    static TwoClusters start(String name) {
        Optional<String> home = Optional.ofNullable(System.getenv("HOLDFAST_HOME"));
        LocalTopology topology = new LocalTopology(
                new TopologySettings(
                        Path.of(System.getProperty("holdfast.project", "..")),
                        Path.of(home.orElse("target/" + name)),
                        home.isPresent() ? Ports.fromEnvironment(System.getenv()) : Ports.free(1),
                        ServerKind.NONE,
                        1,
                        System.getenv()),
                message -> {});
        if (home.isEmpty()) {
            topology.reset();
            Runtime.getRuntime().addShutdownHook(new Thread(topology::stop, "stop-the-databases"));
        }
        topology.startDatabases();
        return new TwoClusters(topology);
    }

    LocalTopology topology() {
        return topology;
    }

    static NodeName head(Cluster cluster) {
        return cluster == Cluster.primary ? NodeName.PRIMARY : NodeName.FAILOVER;
    }

    DataSource owner(Cluster cluster) {
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(topology.jdbcUrl(head(cluster)));
        owner.setUser("holdfast_owner");
        owner.setPassword(topology.secrets().get("OWNER_PASSWORD"));
        return owner;
    }

    MigrationRunner runner(Optional<Path> directory) {
        return runner(new MigrationConfig(
                directory, Optional.empty(), "public.flyway_schema_history", Duration.ofSeconds(20), 16));
    }

    MigrationRunner runner(MigrationConfig config) {
        return new MigrationRunner(
                Map.of(Cluster.primary, owner(Cluster.primary), Cluster.failover, owner(Cluster.failover)),
                config,
                new MigrationFiles(config.directory()));
    }

    Connection superuser(Cluster cluster) throws SQLException {
        return DriverManager.getConnection(
                topology.jdbcUrl(head(cluster)), "postgres", topology.secrets().get("POSTGRES_PASSWORD"));
    }

    /** As the superuser. */
    void execute(Cluster cluster, String... statements) {
        try (Connection connection = superuser(cluster)) {
            for (String sql : statements) {
                Database.script(connection, sql);
            }
        } catch (SQLException failure) {
            throw new AssertionError(String.join("; ", statements), failure);
        }
    }

    /** The first column of what a head answers to the superuser. */
    List<String> query(Cluster cluster, String sql) {
        try (Connection connection = superuser(cluster)) {
            return Database.all(connection, row -> String.valueOf(row.getString(1)), sql);
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** Gives the head the lease for ever, as with a single instance and no other cluster. */
    void lease(Cluster cluster) {
        execute(
                cluster,
                "insert into ops.write_lease (epoch, members, expires_at) values (1, '{test}', 'infinity')"
                        + " on conflict (only_row) do nothing");
    }

    void await(Supplier<Boolean> condition) {
        Awaitility.await().atMost(WITHIN).pollInterval(Duration.ofMillis(50)).until(condition::get);
    }
}
