package org.holdfast.launcher;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.postgresql.ds.PGSimpleDataSource;

/** How to reach the topology's PostgreSQL servers: over verified TLS only. */
final class PostgresAccess {
    static final String DATABASE = "holdfast";
    private static final int CONNECT_SECONDS = 2;
    private static final int ANSWER_SECONDS = 60;

    private final Ports ports;
    private final Detours detours;
    private final Path authority;
    private final Secrets secrets;

    PostgresAccess(Ports ports, Detours detours, Path authority, Secrets secrets) {
        this.ports = ports;
        this.detours = detours;
        this.authority = authority;
        this.secrets = secrets;
    }

    String url(NodeName node) {
        return "jdbc:postgresql://localhost:" + ports.of(node) + "/" + DATABASE + "?sslmode=verify-full&sslrootcert="
                + authority;
    }

    /** A connection of the superuser, for set-up and inspection. */
    Connection connect(NodeName node, String database) throws SQLException {
        return connect(node, database, ANSWER_SECONDS);
    }

    Connection connect(NodeName node, String database, int answerSeconds) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"localhost"});
        source.setPortNumbers(new int[] {ports.of(node)});
        source.setDatabaseName(database);
        source.setUser("postgres");
        source.setPassword(secrets.get("POSTGRES_PASSWORD"));
        source.setSslMode("verify-full");
        source.setSslRootCert(authority.toString());
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setLoginTimeout(Math.max(CONNECT_SECONDS, Math.min(answerSeconds, 5)));
        source.setSocketTimeout(answerSeconds);
        source.setApplicationName("holdfast-launcher");
        return source.getConnection();
    }

    void execute(NodeName node, String database, String... statements) {
        try (Connection connection = connect(node, database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new LauncherException(node.label() + " refused a set-up statement: " + e.getMessage(), e);
        }
    }

    boolean accepts(NodeName node) {
        try (Connection connection = connect(node, "postgres", 5)) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    /** What a libpq program needs; the password travels in the environment, not in the process list. */
    Map<String, String> libpq(NodeName node, String role, String password) {
        return Map.of(
                "PGHOST",
                "localhost",
                "PGPORT",
                Integer.toString(ports.of(node)),
                "PGUSER",
                role,
                "PGPASSWORD",
                password,
                "PGSSLMODE",
                "verify-full",
                "PGSSLROOTCERT",
                authority.toString());
    }

    /** The libpq connection string of the other cluster's subscription to a head, without database and password. */
    String replicationTarget(NodeName head) {
        return replicationTarget(detours.clusters().getOrDefault(head, ports.of(head)));
    }

    /** The libpq connection string of a replica to the node that it follows, without password. */
    String replicationTarget(NodeName upstream, NodeName follower) {
        return replicationTarget(detours.followers().getOrDefault(follower, ports.of(upstream)));
    }

    private String replicationTarget(int port) {
        return "host=localhost port=" + port + " user=holdfast_replication sslmode=verify-full sslrootcert='"
                + authority + "'";
    }
}
