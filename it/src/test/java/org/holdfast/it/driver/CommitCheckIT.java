package org.holdfast.it.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.holdfast.driver.CommitReport;
import org.holdfast.driver.HoldfastDataSource;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.junit.jupiter.api.Test;

/** The check that travels with a commit, on a connection that goes back to its pool after it. */
class CommitCheckIT {
    private final RunningSystem system = RunningSystem.get();
    private final HoldfastDataSource pool = new HoldfastDataSource();

    @Test
    void aCommitWhoseCheckFailsEndsTheTransaction() throws SQLException {
        pool.setUrl(system.jdbcUrl(NodeName.PRIMARY));
        pool.setUser("postgres");
        pool.setPassword(system.superuserPassword());
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("create temporary table written (id integer) on commit preserve rows");
            connection.commit();
            statement.execute("insert into written values (1)");

            CommitReport.start(Optional.of("select 1 / 0"), Optional.empty());
            assertThatThrownBy(connection::commit).hasMessageContaining("division by zero");
            assertThat(CommitReport.take().flatMap(CommitReport::failure)).isPresent();

            try (ResultSet row = statement.executeQuery("select count(*) from written")) {
                row.next();
                assertThat(row.getInt(1)).isZero();
            }
        }
    }
}
