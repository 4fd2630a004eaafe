package org.holdfast.migration;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
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

/** The databases of a topology of its own, without the application, and what a test or a benchmark asks of them. */
public final class TwoClusters {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final LocalTopology topology;

    private TwoClusters(LocalTopology topology) {
        this.topology = topology;
    }

    /** Starts them, empty, or takes those that run at {@code HOLDFAST_HOME}, as they are. They stop with this JVM. */
    public static TwoClusters start(String name) {
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

    public LocalTopology topology() {
        return topology;
    }

    static NodeName head(Cluster cluster) {
        return cluster == Cluster.primary ? NodeName.PRIMARY : NodeName.FAILOVER;
    }

    public DataSource owner(Cluster cluster) {
        PGSimpleDataSource owner = new PGSimpleDataSource();
        owner.setUrl(topology.jdbcUrl(head(cluster)));
        owner.setUser("holdfast_owner");
        owner.setPassword(topology.secrets().get("OWNER_PASSWORD"));
        return owner;
    }

    /** The same from a pool, as the application has one: a connection of its own for each chunk costs more than the chunk. */
    static HikariDataSource pool(DataSource owner) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(owner);
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(WITHIN.toMillis());
        return new HikariDataSource(config);
    }

    MigrationRunner runner(Optional<Path> directory, JavaChunk... steps) {
        return runner(
                new MigrationConfig(
                        directory, Optional.empty(), "public.flyway_schema_history", Duration.ofSeconds(20), 16),
                steps);
    }

    MigrationRunner runner(MigrationConfig config, JavaChunk... steps) {
        return new MigrationRunner(
                Map.of(Cluster.primary, owner(Cluster.primary), Cluster.failover, owner(Cluster.failover)),
                config,
                new MigrationFiles(config.directory()),
                JavaChunks.of(List.of(steps)));
    }

    public Connection superuser(Cluster cluster) throws SQLException {
        return DriverManager.getConnection(
                topology.jdbcUrl(head(cluster)), "postgres", topology.secrets().get("POSTGRES_PASSWORD"));
    }

    /** As the superuser. */
    public void execute(Cluster cluster, String... statements) {
        try (Connection connection = superuser(cluster)) {
            for (String sql : statements) {
                Database.script(connection, sql);
            }
        } catch (SQLException failure) {
            throw new AssertionError(String.join("; ", statements), failure);
        }
    }

    /** The first column of what a head answers to the superuser. */
    public List<String> query(Cluster cluster, String sql) {
        try (Connection connection = superuser(cluster)) {
            return Database.all(connection, row -> String.valueOf(row.getString(1)), sql);
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** Applies every version that comes with the application, and lets the primary cluster take writes. */
    public void makeReady() throws SQLException {
        runner(Optional.empty()).run(Cluster.primary, MigrationOrder.automatic(), new Unwatched());
        lease(Cluster.primary);
        // First copies that meet a change of their table begin anew, after a minute.
        await(() -> query(Cluster.failover, "select count(*) from pg_subscription_rel where srsubstate <> 'r'")
                .equals(List.of("0")));
    }

    /** Waits until the failover cluster has taken in what was written so far; at most as long as is said. */
    public void awaitFollowed(Duration within) {
        String written =
                query(Cluster.primary, "select pg_current_wal_insert_lsn()").get(0);
        Awaitility.await()
                .atMost(within)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> query(
                                Cluster.primary,
                                "select confirmed_flush_lsn >= '" + written
                                        + "' from pg_replication_slots where slot_name = 'holdfast'")
                        .equals(List.of("t")));
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
