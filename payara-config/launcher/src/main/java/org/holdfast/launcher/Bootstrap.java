package org.holdfast.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/** Turns two empty clusters into Holdfast's pair: roles and database on both, publication here, subscription there. */
final class Bootstrap {
    private static final String ROLES = "/bootstrap/roles.sql";
    private static final Map<String, String> PASSWORDS = Map.of(
            "holdfast_owner", "OWNER_PASSWORD",
            "holdfast_app", "APP_PASSWORD",
            "holdfast_probe", "PROBE_PASSWORD",
            "holdfast_replication", "REPLICATION_PASSWORD");

    private final TopologyContext context;
    private final PostgresPrograms programs;

    Bootstrap(TopologyContext context, PostgresPrograms programs) {
        this.context = context;
        this.programs = programs;
    }

    /** Whether both clusters have seen this version of roles.sql. */
    boolean isDone() {
        try {
            return Files.exists(marker()) && Files.readString(marker()).equals(rolesSql());
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Publication and subscription. Only once: after a failover it is the application that decides who follows whom;
     * then only a changed address is corrected.
     */
    void connectClusters() {
        if (!Files.exists(marker())) {
            publish();
            if (!correctAddress(NodeName.FAILOVER, NodeName.PRIMARY)) {
                subscribe();
            }
        } else {
            correctAddress(NodeName.FAILOVER, NodeName.PRIMARY);
            correctAddress(NodeName.PRIMARY, NodeName.FAILOVER);
        }
        if (!isDone()) {
            try {
                Files.writeString(marker(), rolesSql());
            } catch (IOException e) {
                throw new LauncherException("cannot write " + marker() + ": " + e.getMessage(), e);
            }
        }
    }

    private Path marker() {
        return context.home().real().resolve("bootstrapped.sql");
    }

    /** Runs roles.sql and sets the passwords. Again is harmless. */
    void prepareCluster(NodeName node) {
        context.progress().step(node.label() + ": database, extension and roles");
        Command.of(programs.program("psql").toString())
                .with("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--dbname=postgres")
                .env(context.access().libpq(node, "postgres", context.secrets().get("POSTGRES_PASSWORD")))
                .input(rolesSql())
                .runOrFail(node.label() + ": roles.sql failed");
        PASSWORDS.forEach((role, key) -> context.access()
                .execute(
                        node,
                        "postgres",
                        // Generated from letters and digits: nothing in it needs quoting.
                        "ALTER ROLE " + role + " PASSWORD '" + context.secrets().get(key) + "'"));
    }

    /** The publication starts empty: the migrations add each table once it exists on both sides. */
    private void publish() {
        context.access().execute(NodeName.PRIMARY, PostgresAccess.DATABASE, """
                        DO $$
                        BEGIN
                            IF NOT EXISTS (SELECT FROM pg_publication WHERE pubname = 'holdfast') THEN
                                SET LOCAL ROLE holdfast_owner;
                                CREATE PUBLICATION holdfast;
                            END IF;
                        END
                        $$""");
    }

    private void subscribe() {
        context.progress().step("failover: subscribing to primary");
        // A launcher killed between slot and subscription left a slot that nobody reads and that would keep the log.
        context.access()
                .execute(
                        NodeName.PRIMARY,
                        PostgresAccess.DATABASE,
                        "SELECT cluster.drop_slot()",
                        "SELECT cluster.create_slot()");
        context.access()
                .execute(
                        NodeName.FAILOVER,
                        PostgresAccess.DATABASE,
                        "SELECT cluster.subscribe(" + literal(target(NodeName.PRIMARY)) + ", true)");
    }

    /** Whether the follower has a subscription; it then leads to where its source is now. */
    private boolean correctAddress(NodeName follower, NodeName source) {
        Optional<String> current = subscriptionTarget(follower);
        if (current.isPresent() && !current.get().equals(target(source))) {
            context.access()
                    .execute(
                            follower,
                            PostgresAccess.DATABASE,
                            "ALTER SUBSCRIPTION holdfast CONNECTION " + literal(target(source)));
        }
        return current.isPresent();
    }

    private String target(NodeName source) {
        return context.access().replicationTarget(source) + " dbname=" + PostgresAccess.DATABASE + " password="
                + context.secrets().get("REPLICATION_PASSWORD");
    }

    private Optional<String> subscriptionTarget(NodeName follower) {
        try (Connection connection = context.access().connect(follower, PostgresAccess.DATABASE);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT subconninfo FROM pg_subscription WHERE subname = 'holdfast'")) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            throw new LauncherException(follower.label() + " does not answer: " + e.getMessage(), e);
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String rolesSql() {
        try (InputStream stream = Bootstrap.class.getResourceAsStream(ROLES)) {
            if (stream == null) {
                throw new IllegalStateException(ROLES + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LauncherException("cannot read " + ROLES, e);
        }
    }
}
