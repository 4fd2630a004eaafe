package org.holdfast.it.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.holdfast.driver.CommitReport;
import org.holdfast.driver.HoldfastDataSource;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * PostgreSQL answers a commit whose wait for a synchronous standby was cancelled with success and a warning. Every other
 * session of the server commits locally meanwhile, so nothing else waits for the standby that does not exist.
 */
class CommitWarningIT {
    private static final Duration WITHIN = Duration.ofSeconds(20);

    private final RunningSystem system = RunningSystem.get();
    private final HoldfastDataSource pool = new HoldfastDataSource();

    @BeforeEach
    void waitForAStandbyThatDoesNotExist() throws SQLException {
        pool.setUrl(system.jdbcUrl(NodeName.PRIMARY));
        pool.setUser("postgres");
        pool.setPassword(system.superuserPassword());
        set("alter system set synchronous_commit = 'local'");
        set("alter system set synchronous_standby_names = 'nowhere'");
    }

    @AfterEach
    void restore() throws SQLException {
        set("alter system reset synchronous_standby_names");
        set("alter system reset synchronous_commit");
    }

    private void set(String setting) throws SQLException {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(setting);
            statement.execute("select pg_reload_conf()");
        }
    }

    private Connection superuser() throws SQLException {
        return DriverManager.getConnection(system.jdbcUrl(NodeName.PRIMARY), "postgres", system.superuserPassword());
    }

    @Test
    void aCommitWhoseWaitWasCancelledIsToldToBeUnconfirmed() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);

            assertThat(commit(connection, "local", -1).isUnconfirmed()).isFalse();

            CommitReport warned = commit(connection, "on", pid(connection));
            assertThat(warned.isUnconfirmed()).isTrue();
            assertThat(warned.position()).isPresent();
            assertThat(warned.failure()).isEmpty();

            assertThat(commit(connection, "local", -1).isUnconfirmed()).isFalse();
        }
    }

    private CommitReport commit(Connection connection, String synchronous, int cancelled) throws SQLException {
        CommitReport.start(Optional.of("select 1"), Optional.of("select pg_current_wal_flush_lsn()"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("set local synchronous_commit = " + synchronous);
            // A row of the log is what the commit waits for; a transaction that wrote none does not wait.
            statement.execute("select pg_logical_emit_message(true, 'test', 'written')");
        }
        CompletableFuture<Void> cancel = cancelled < 0
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(() -> cancel(cancelled));
        connection.commit();
        cancel.join();
        return CommitReport.take().orElseThrow();
    }

    private void cancel(int pid) {
        Awaitility.await().atMost(WITHIN).pollInterval(Duration.ofMillis(50)).until(() -> {
            try (Connection other = superuser();
                    Statement statement = other.createStatement();
                    ResultSet row = statement.executeQuery(
                            "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' and pid = "
                                    + pid)) {
                return row.next();
            }
        });
    }

    private static int pid(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }
}
