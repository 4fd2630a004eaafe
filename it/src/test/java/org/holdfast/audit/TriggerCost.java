package org.holdfast.audit;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.LongStream;
import org.holdfast.launcher.NodeName;
import org.holdfast.migration.TwoClusters;
import org.holdfast.topology.Cluster;
import org.postgresql.PGConnection;

/**
 * One transaction of the application that updates one row, over TLS on the loopback: with the triggers of the trail and without
 * them, in turns, each turn beginning with the other one.
 */
final class TriggerCost {
    private static final UUID TENANT = UUID.fromString("0190a0b0-0000-7000-8000-00000000000a");
    private static final int ROWS = 500;
    private static final int ROUNDS = 40;
    private static final int PER_ROUND = 50;
    // Changing a trigger makes the session plan anew.
    private static final int WARM_UP = 10;
    private static final double MICROS_MAX = 60;
    private static final double PERCENT_MAX = 10;

    /** An update of one row, with parameters: a text and the row's number. */
    private enum Update {
        AGENT("memory.agent", "an agent", "description = ?"),
        MEMORY("memory.memory", "a memory's text", "text = ?"),
        MEMORY_METADATA("memory.memory", "a memory's metadata", "metadata = jsonb_build_object('seen', ?::text)");

        private final String table;
        private final String what;
        private final String sql;

        Update(String table, String what, String change) {
            this.table = table;
            this.what = what;
            this.sql =
                    "update " + table + " set " + change + ", version = version + 1, updated_at = now() where id = ?";
        }
    }

    private final TwoClusters clusters;
    private final PrintStream out;
    private long next;

    TriggerCost(TwoClusters clusters, PrintStream out) {
        this.clusters = clusters;
        this.out = out;
    }

    void measure() throws SQLException, IOException {
        fill();
        out.printf(
                "%n%-24s %-20s %9s %9s %9s %9s %9s %9s  goal%n",
                "update of one row, us",
                "synchronous_commit",
                "without",
                "audited",
                "more",
                "per cent",
                "processor",
                "audited");
        for (String synchronous : new String[] {"on", "off"}) {
            for (Update update : Update.values()) {
                measure(update, synchronous);
            }
        }
    }

    private void fill() {
        clusters.execute(
                Cluster.primary,
                "insert into auth.tenant (id, name) values ('" + TENANT + "', 'tenant')",
                "insert into memory.agent (id, tenant_id, name) select " + id("n") + ", '" + TENANT
                        + "', 'agent ' || n from generate_series(0, " + (ROWS - 1) + ") n",
                "insert into memory.memory (id, tenant_id, agent_id, kind, text, said_at, embedding) select " + id("n")
                        + ", '" + TENANT + "', " + id("n")
                        + ", 'CONTEXT', 'what was said about the parcel ' || n, now(),"
                        + " (select array_agg(random() - 0.5 + 0 * n * m) from generate_series(1, 384) m)::vector"
                        + " from generate_series(0, " + (ROWS - 1) + ") n",
                "vacuum analyze memory.agent, memory.memory");
    }

    private static String id(String number) {
        return "('00000000-0000-0000-0000-' || lpad(to_hex(" + number + "), 12, '0'))::uuid";
    }

    private void measure(Update update, String synchronous) throws SQLException, IOException {
        long[][] nanos = new long[2][ROUNDS * PER_ROUND];
        long[] processorNanos = new long[2];
        try (Connection application = application();
                Connection superuser = clusters.superuser(Cluster.primary)) {
            execute(application, "set synchronous_commit = " + synchronous);
            application.commit();
            Path schedule = Path.of(
                    "/proc",
                    Integer.toString(application.unwrap(PGConnection.class).getBackendPID()),
                    "schedstat");
            for (int round = 0; round < ROUNDS; round++) {
                for (int turn = 0; turn < 2; turn++) {
                    int audited = (round + turn) % 2;
                    execute(
                            superuser,
                            "alter table " + update.table + (audited == 1 ? " enable" : " disable")
                                    + " trigger audit_capture");
                    for (int n = 0; n < WARM_UP; n++) {
                        transaction(application, update);
                    }
                    long before = processorNanos(schedule);
                    for (int n = 0; n < PER_ROUND; n++) {
                        nanos[audited][round * PER_ROUND + n] = transaction(application, update);
                    }
                    processorNanos[audited] += processorNanos(schedule) - before;
                }
            }
            execute(superuser, "alter table " + update.table + " enable trigger audit_capture");
        }
        double without = p50Micros(nanos[0]);
        double audited = p50Micros(nanos[1]);
        double more = audited - without;
        out.printf(
                Locale.ROOT,
                "%-24s %-20s %9.1f %9.1f %9.1f %9.1f %9.1f %9.1f  %s%n",
                update.what,
                synchronous,
                without,
                audited,
                more,
                100 * more / without,
                processorNanos[0] / 1e3 / nanos[0].length,
                processorNanos[1] / 1e3 / nanos[1].length,
                more <= Math.max(MICROS_MAX, without * PERCENT_MAX / 100) ? "met" : "missed");
    }

    // What the server's process has worked, which does not depend on what else the machine does; 0 where the system
    // does not tell.
    private static long processorNanos(Path schedule) throws IOException {
        return Files.exists(schedule)
                ? Long.parseLong(Files.readString(schedule).split(" ", 2)[0])
                : 0;
    }

    private Connection application() throws SQLException {
        Connection connection = DriverManager.getConnection(
                clusters.topology().jdbcUrl(NodeName.PRIMARY),
                "holdfast_app",
                clusters.topology().secrets().get("APP_PASSWORD"));
        connection.setAutoCommit(false);
        return connection;
    }

    // As the application's own way to the database does it: the settings in one statement, the change, the commit.
    private long transaction(Connection connection, Update update) throws SQLException {
        next++;
        long begun = System.nanoTime();
        try (PreparedStatement settings = connection.prepareStatement("""
                        select set_config('holdfast.tenant', ?, true), set_config('statement_timeout', ?, true),
                               set_config('idle_in_transaction_session_timeout', ?, true),
                               set_config('holdfast.epoch', coalesce((select epoch::text from ops.write_lease), '0'), true),
                               set_config('holdfast.caller', ?, true)""");
                PreparedStatement change = connection.prepareStatement(update.sql)) {
            settings.setString(1, TENANT.toString());
            settings.setString(2, "30000");
            settings.setString(3, "30000");
            settings.setString(4, "api\u001fagent@example.org\u001fuser\u001f127.0.0.1\u001frequest-" + next);
            settings.executeQuery().close();
            change.setString(1, "what was said about the parcel, time " + next);
            change.setObject(2, new UUID(0, next % ROWS));
            if (change.executeUpdate() != 1) {
                throw new SQLException("row " + next % ROWS + " of " + update.table + " is not there");
            }
        }
        connection.commit();
        return System.nanoTime() - begun;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static double p50Micros(long[] nanos) {
        long[] sorted = LongStream.of(nanos).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow() / 1e3;
    }
}
