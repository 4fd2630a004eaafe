package org.holdfast.it.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import javax.sql.DataSource;
import org.holdfast.connection.AccessIntent;
import org.holdfast.connection.Consistency;
import org.holdfast.connection.ConsistencyToken;
import org.holdfast.connection.ReplayedPositions;
import org.holdfast.connection.RoutingConfig;
import org.holdfast.connection.RoutingPolicy;
import org.holdfast.driver.CommitReport;
import org.holdfast.driver.HoldfastDataSource;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.EpochState;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What Holdfast's way to PostgreSQL adds to each statement and to each transaction, against plain pooled pgJDBC and the AWS
 * advanced JDBC wrapper, all under HikariCP, all on the primary. Argument: the home of a running topology. Without a container
 * there is neither its pool, nor its transaction manager, nor EclipseLink, in any of the ways compared.
 */
final class ConnectionBench {
    private static final int ROWS = 1_000;
    private static final int STATEMENT_TURNS = 200;
    private static final int TRANSACTION_TURNS = 400;
    private static final String TENANT = "0190a0b0-0000-7000-8000-000000000001";
    private static final String TELL_TENANT = "select set_config('holdfast.tenant', ?, true)";
    // How long a statement and a pause may take.
    private static final String TELL_LIMITS = TELL_TENANT
            + ", set_config('statement_timeout', '30000', true),"
            + " set_config('idle_in_transaction_session_timeout', '600000', true)";
    // What Holdfast tells with every read.
    private static final String TELL_READ = TELL_LIMITS + ", set_config('transaction_read_only', 'on', true)";
    // What Holdfast tells with every write: also the epoch that it belongs to, and who is at work.
    private static final String TELL_WRITE = TELL_LIMITS
            + ", set_config('holdfast.epoch', coalesce((select epoch::text from ops.write_lease), '0'), true),"
            + " set_config('holdfast.caller', 'benchmark', true)";
    private static final LogPosition NEWEST = LogPosition.parse("0/2000000");

    private final Path home;
    private final PrintStream out;
    private final HikariDataSource plain;
    private final HikariDataSource reporting;
    private final HikariDataSource awsDefault;
    private final HikariDataSource awsSplitting;
    private final RoutedSession session;
    private final RoutingPolicy policy =
            new RoutingPolicy(new RoutingConfig(Duration.ofSeconds(5)), new ReplayedPositions());
    private final Topology topology = topology();
    private int next;

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        new ConnectionBench(Path.of(arguments[0]), out).run();
    }

    private ConnectionBench(Path home, PrintStream out) throws Exception {
        this.home = home;
        this.out = out;
        Properties ports = properties("topology.properties");
        String password = properties("secrets").getProperty("POSTGRES_PASSWORD");
        String primary = "localhost:" + port(ports, "HOLDFAST_PRIMARY_PORT");
        String replica = "localhost:" + port(ports, "HOLDFAST_REPLICA1_PORT");
        String tls = "/holdfast?sslmode=verify-full&sslrootcert=" + home.resolve("tls/ca.crt");
        PGSimpleDataSource driver = new PGSimpleDataSource();
        HoldfastDataSource holdfast = new HoldfastDataSource();
        holdfast.setNode("primary");
        for (PGSimpleDataSource each : List.of(driver, holdfast)) {
            each.setUrl("jdbc:postgresql://" + primary + tls);
        }
        plain = pool(driver, password);
        reporting = pool(holdfast, password);
        awsDefault = pool("jdbc:aws-wrapper:postgresql://" + primary + tls, password);
        awsSplitting = pool(
                "jdbc:aws-wrapper:postgresql://" + primary + "," + replica + tls + "&wrapperPlugins=readWriteSplitting",
                password);
        session = new RoutedSession(node("primary", Cluster.primary, true), reporting);
    }

    private void run() throws Exception {
        onOneProcessor();
        createTable();
        try {
            statements("select 1");
            statements("select payload from holdfast_bench.connection where id = ?");
            reads();
            writes("off");
            writes("on");
        } finally {
            try (Connection connection = plain.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("drop schema holdfast_bench cascade");
                connection.commit();
            }
            List.of(plain, reporting, awsDefault, awsSplitting).forEach(HikariDataSource::close);
        }
    }

    // A client and its server take turns. On two processors each wakes the other one's out of its sleep, which takes
    // longer than all that is compared here; and it is by chance which way has its server on which processor. What
    // compiles and collects stays where it likes.
    private void onOneProcessor() throws Exception {
        int last = Runtime.getRuntime().availableProcessors() - 1;
        pin(last, thisThread());
        for (HikariDataSource pool : List.of(plain, reporting, awsDefault, awsSplitting)) {
            try (Connection one = pool.getConnection();
                    Connection other = pool.getConnection()) {
                pin(last, server(one));
                pin(last, server(other));
            }
        }
        out.println("Client and servers share processor " + last + ".");
    }

    private static long thisThread() throws IOException {
        return Long.parseLong(
                Path.of("/proc/thread-self").toRealPath().getFileName().toString());
    }

    private static long server(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            long process = row.getLong(1);
            connection.commit();
            return process;
        }
    }

    private static void pin(int processor, long process) throws IOException, InterruptedException {
        Process taskset = new ProcessBuilder("taskset", "-cp", Integer.toString(processor), Long.toString(process))
                .redirectErrorStream(true)
                .start();
        String answer = new String(taskset.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (taskset.waitFor() != 0) {
            throw new IOException("process " + process + " cannot be bound to a processor: " + answer);
        }
    }

    // --- statements within an open transaction --------------------------------------------------------------------

    private void statements(String sql) throws Exception {
        List<Connection> open = new ArrayList<>();
        try {
            Timings timings =
                    new Timings("one statement: " + (sql.contains("?") ? "select by key" : sql), STATEMENT_TURNS);
            add(timings, "pgJDBC", plain, sql, open);
            add(timings, "pgJDBC again (what is noise)", plain, sql, open);
            add(timings, "HoldfastDataSource", reporting, sql, open);
            Connection routed = opened(begin(AccessIntent.WRITE, false), open);
            timings.add("HoldfastDataSource and RoutingDataSource", () -> statement(routed, sql));
            add(timings, "AWS wrapper, default plugins", awsDefault, sql, open);
            add(timings, "AWS wrapper, readWriteSplitting", awsSplitting, sql, open);
            timings.run(out);
        } finally {
            for (Connection connection : open) {
                connection.rollback();
                connection.close();
            }
        }
    }

    private void add(Timings timings, String name, DataSource pool, String sql, List<Connection> open)
            throws SQLException {
        Connection connection = opened(pool.getConnection(), open);
        timings.add(name, () -> statement(connection, sql));
    }

    private static Connection opened(Connection connection, List<Connection> open) {
        open.add(connection);
        return connection;
    }

    private void statement(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (sql.contains("?")) {
                statement.setInt(1, next++ % ROWS);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                row.getString(1);
            }
        }
    }

    // --- transactions ---------------------------------------------------------------------------------------------

    private void reads() throws Exception {
        String sql = "select payload from holdfast_bench.connection where id = ?";
        new Timings("one transaction: borrow, select by key, commit", TRANSACTION_TURNS)
                .add("pgJDBC", () -> read(plain.getConnection(), sql))
                .add("pgJDBC again (what is noise)", () -> read(plain.getConnection(), sql))
                .add("pgJDBC, tenant told", () -> read(told(plain.getConnection(), TELL_TENANT), sql))
                .add(
                        "pgJDBC, tenant, limits and read-only told",
                        () -> read(told(plain.getConnection(), TELL_READ), sql))
                .add("Holdfast, session consistency, tenant not told", () -> routedRead(sql, false))
                .add("Holdfast, session consistency, tenant told", () -> routedRead(sql, true))
                .add("AWS wrapper, default plugins", () -> read(awsDefault.getConnection(), sql))
                .add("AWS wrapper, readWriteSplitting", () -> read(awsSplitting.getConnection(), sql))
                .run(out);
    }

    // What row level security needs of every way: without it no row of a tenant is seen.
    private static Connection told(Connection connection, String what) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(what)) {
            statement.setString(1, TENANT);
            statement.execute();
        }
        return connection;
    }

    private void read(Connection borrowed, String sql) throws SQLException {
        try (Connection connection = borrowed) {
            statement(connection, sql);
            connection.commit();
        }
    }

    // As ConnectionManager does it: choose the node, pin it, work, take the report. The replicas are down, so that the
    // policy looks at all of them and the primary serves, as in the other ways.
    private void routedRead(String sql, boolean isTold) throws Exception {
        Node node = policy.routeRead(
                        topology, Consistency.session, List.of(new ConsistencyToken(1, NEWEST)), "caller".hashCode())
                .node();
        if (!node.isHead()) {
            throw new IllegalStateException("the benchmark compares on one node, not on " + node.id());
        }
        CommitReport.start(Optional.empty(), Optional.empty());
        read(begin(AccessIntent.READ, isTold), sql);
        CommitReport.take();
    }

    private void writes(String synchronousCommit) throws Exception {
        for (DataSource pool : List.of(plain, reporting, awsDefault)) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("set synchronous_commit = " + synchronousCommit);
                connection.commit();
            }
        }
        new Timings("one transaction: update by key, synchronous_commit " + synchronousCommit, TRANSACTION_TURNS)
                .add("pgJDBC", () -> write(plain.getConnection()))
                .add("pgJDBC again (what is noise)", () -> write(plain.getConnection()))
                .add("pgJDBC, tenant told", () -> write(told(plain.getConnection(), TELL_TENANT)))
                .add("pgJDBC, tenant, limits told", () -> write(told(plain.getConnection(), TELL_LIMITS)))
                .add(
                        "pgJDBC, tenant, limits, epoch and caller told",
                        () -> write(told(plain.getConnection(), TELL_WRITE)))
                .add("HoldfastDataSource, plain commit", () -> write(reporting.getConnection()))
                .add("HoldfastDataSource, commit and position", () -> positionedWrite(reporting.getConnection()))
                .add("Holdfast, commit and position, tenant not told", () -> routedWrite(false))
                .add("Holdfast, commit and position, tenant told", () -> routedWrite(true))
                .add("AWS wrapper, default plugins", () -> write(awsDefault.getConnection()))
                .run(out);
    }

    private void write(Connection borrowed) throws SQLException {
        try (Connection connection = borrowed) {
            try (PreparedStatement statement =
                    connection.prepareStatement("update holdfast_bench.connection set payload = ? where id = ?")) {
                statement.setString(1, "payload " + next);
                statement.setInt(2, next++ % ROWS);
                statement.executeUpdate();
            }
            connection.commit();
        }
    }

    private void positionedWrite(Connection connection) throws SQLException {
        CommitReport.start(Optional.empty(), Optional.of("select pg_current_wal_flush_lsn()"));
        write(connection);
        String position =
                CommitReport.take().flatMap(CommitReport::position).orElseThrow(() -> new SQLException("no position"));
        LogPosition unused = new ConsistencyToken(1, LogPosition.parse(position)).position();
    }

    private void routedWrite(boolean isTold) throws Exception {
        Node unused = policy.routeWrite(topology).node();
        positionedWrite(begin(AccessIntent.WRITE, isTold));
    }

    private Connection begin(AccessIntent intent, boolean isTold) {
        return session.begin(intent, isTold);
    }

    // --- the topology ---------------------------------------------------------------------------------------------

    private void createTable() throws SQLException {
        try (Connection connection = plain.getConnection();
                Statement statement = connection.createStatement()) {
            // One that was killed left its schema behind.
            statement.execute("drop schema if exists holdfast_bench cascade");
            statement.execute("create schema holdfast_bench");
            statement.execute("create table holdfast_bench.connection (id int primary key, payload text not null)");
            statement.execute("insert into holdfast_bench.connection select n, 'payload ' || n from generate_series(0, "
                    + (ROWS - 1) + ") n");
            connection.commit();
        }
    }

    private Properties properties(String file) throws IOException {
        Properties properties = new Properties();
        try (InputStream stream = Files.newInputStream(home.resolve(file))) {
            properties.load(stream);
        }
        return properties;
    }

    private static String port(Properties ports, String variable) {
        String given = System.getenv(variable);
        return given == null ? ports.getProperty(variable) : given;
    }

    private static HikariDataSource pool(DataSource driver, String password) {
        HikariConfig config = config(password);
        config.setDataSource(driver);
        return new HikariDataSource(config);
    }

    private static HikariDataSource pool(String url, String password) {
        HikariConfig config = config(password);
        config.setJdbcUrl(url);
        return new HikariDataSource(config);
    }

    // Two connections: one may stay open while another one is borrowed. No keep-alive and no end of life within a run.
    private static HikariConfig config(String password) {
        HikariConfig config = new HikariConfig();
        config.setUsername("postgres");
        config.setPassword(password);
        config.setAutoCommit(false);
        config.setMaximumPoolSize(2);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        return config;
    }

    private static Topology topology() {
        return new Topology(
                List.of(new Epoch(
                        1,
                        Cluster.primary,
                        EpochState.open,
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH,
                        "for the benchmark")),
                List.of(
                        node("primary", Cluster.primary, true),
                        node("replica1", Cluster.primary, false),
                        node("replica2", Cluster.primary, false),
                        node("failover", Cluster.failover, true),
                        node("failoverReplica1", Cluster.failover, false)),
                Instant.EPOCH);
    }

    private static Node node(String name, Cluster cluster, boolean isHead) {
        return new Node(
                new NodeId(name),
                cluster,
                isHead,
                isHead ? NodeState.up : NodeState.down,
                Instant.EPOCH,
                "",
                Optional.of(LogPosition.parse("0/1000000")),
                Optional.empty(),
                Optional.of(Duration.ZERO),
                OptionalLong.of(0),
                Optional.of(Duration.ofMillis(1)),
                Optional.empty());
    }
}
