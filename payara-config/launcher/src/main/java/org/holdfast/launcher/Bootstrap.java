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
        if (!isDone()) {
            publish();
            subscribe();
            try {
                Files.writeString(marker(), rolesSql());
            } catch (IOException e) {
                throw new LauncherException("cannot write " + marker() + ": " + e.getMessage(), e);
            }
        } else if (subscriptionTarget().isPresent()) {
            subscribe();
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

    /**
     * Makes the failover follow the primary. PostgreSQL 15 lets only superusers create a subscription, and give one
     * only to a superuser, so its owner is one for the length of this transaction, which no other session can see.
     */
    private void subscribe() {
        Optional<String> current = subscriptionTarget();
        String wanted = context.access().replicationTarget(NodeName.PRIMARY) + " dbname=" + PostgresAccess.DATABASE
                + " password=" + context.secrets().get("REPLICATION_PASSWORD");
        if (current.isPresent()) {
            if (!current.get().equals(wanted)) {
                context.access()
                        .execute(
                                NodeName.FAILOVER,
                                PostgresAccess.DATABASE,
                                "ALTER SUBSCRIPTION holdfast CONNECTION " + literal(wanted));
            }
            return;
        }
        context.progress().step("failover: subscribing to primary");
        dropForgottenSlot();
        // Creating the slot cannot be part of a transaction: made here by itself, then named.
        context.access()
                .execute(
                        NodeName.PRIMARY,
                        PostgresAccess.DATABASE,
                        "SELECT pg_create_logical_replication_slot('holdfast', 'pgoutput')");
        context.access().execute(NodeName.FAILOVER, PostgresAccess.DATABASE, createSubscription(wanted));
    }

    private static String createSubscription(String target) {
        // With synchronous_commit on, the apply worker would wait for the failover's own replicas; off, it would
        // acknowledge what is not on disk. One statement string is one transaction.
        return "BEGIN; CREATE SUBSCRIPTION holdfast CONNECTION " + literal(target)
                + " PUBLICATION holdfast WITH (create_slot = false, slot_name = 'holdfast', enabled = true,"
                + " synchronous_commit = 'local');"
                + " ALTER ROLE holdfast_owner SUPERUSER;"
                + " ALTER SUBSCRIPTION holdfast OWNER TO holdfast_owner;"
                + " ALTER ROLE holdfast_owner NOSUPERUSER; COMMIT";
    }

    // A launcher killed between slot and subscription left a slot that nobody reads and that would keep the log.
    private void dropForgottenSlot() {
        context.access()
                .execute(
                        NodeName.PRIMARY,
                        PostgresAccess.DATABASE,
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                                + " WHERE slot_name = 'holdfast' AND NOT active");
    }

    private Optional<String> subscriptionTarget() {
        try (Connection connection = context.access().connect(NodeName.FAILOVER, PostgresAccess.DATABASE);
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT subconninfo FROM pg_subscription WHERE subname = 'holdfast'")) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            throw new LauncherException("failover does not answer: " + e.getMessage(), e);
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
