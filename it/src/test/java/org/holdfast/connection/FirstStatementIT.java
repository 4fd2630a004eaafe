package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
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
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.NodeState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A transaction's settings and its first statement, on a real connection whose texts are written down. */
class FirstStatementIT {
    private static final Duration QUERY_LIMIT = Duration.ofMillis(1_234);
    private static final String LIMIT = "select current_setting('statement_timeout') || ?";
    private static final String INSERT = "insert into first_statement values (?, ?)";
    private static final Node NODE = new Node(
            new NodeId("primary"),
            Cluster.primary,
            true,
            NodeState.up,
            Instant.EPOCH,
            "",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty());

    private final RunningSystem system = RunningSystem.get();
    private final RouteOfOneNode routes = new RouteOfOneNode(NODE, new TimeLimits(QUERY_LIMIT, Duration.ofMinutes(10)));
    private final List<String> prepared = new ArrayList<>();
    private Connection real;

    @BeforeEach
    void connect() throws SQLException {
        real = DriverManager.getConnection(system.jdbcUrl(NodeName.PRIMARY), "postgres", system.superuserPassword());
        try (Statement statement = real.createStatement()) {
            statement.execute("create temporary table first_statement (id integer primary key, text text)");
        }
        real.setAutoCommit(false);
    }

    @AfterEach
    void disconnect() throws SQLException {
        real.close();
    }

    @Test
    void aQueryGoesWithItsSettings() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ)) {
            assertThat(limit(connection, " first")).isEqualTo("1234ms first");
            assertThat(limit(connection, " second")).isEqualTo("1234ms second");
        }
        assertThat(prepared).hasSize(2);
        assertThat(prepared.get(0)).contains("set_config").endsWith(";" + LIMIT);
        assertThat(prepared.get(1)).isEqualTo(LIMIT);
    }

    @Test
    void theSettingsEndWithTheTransaction() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ)) {
            assertThat(limit(connection, "")).isEqualTo("1234ms");
            real.commit();
            assertThat(limit(connection, "")).isEqualTo("0");
        }
    }

    @Test
    void aLimitHoldsForTheStatementThatItCameWith() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                PreparedStatement sleep = connection.prepareStatement("select pg_sleep(60)")) {
            assertThatThrownBy(sleep::executeQuery)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            late -> assertThat(late.getSQLState()).isEqualTo("57014"));
        }
    }

    @Test
    void aReadIsRefusedItsFirstWrite() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                PreparedStatement write =
                        connection.prepareStatement("create table first_statement_other (id integer)")) {
            assertThatThrownBy(write::execute)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("25006"));
        }
    }

    @Test
    void anUpdateTellsItsCount() throws SQLException {
        try (Connection connection = begin(AccessIntent.WRITE);
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setInt(1, 1);
            insert.setString(2, "one");
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
        assertThat(texts()).containsExactly("1 one");
        assertThat(prepared).hasSize(1);
    }

    @Test
    void anExecutionTellsWhatCame() throws SQLException {
        try (Connection connection = begin(AccessIntent.WRITE);
                PreparedStatement insert = connection.prepareStatement(INSERT + " returning text")) {
            insert.setInt(1, 1);
            insert.setString(2, "one");
            assertThat(insert.execute()).isTrue();
            try (ResultSet row = insert.getResultSet()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("one");
            }
            assertThat(insert.getMoreResults()).isFalse();
            assertThat(insert.getUpdateCount()).isEqualTo(-1);
        }
        try (Connection connection = begin(AccessIntent.WRITE);
                PreparedStatement delete = connection.prepareStatement("delete from first_statement")) {
            assertThat(delete.execute()).isFalse();
            assertThat(delete.getUpdateCount()).isEqualTo(1);
        }
    }

    @Test
    void rowsAreNoCountAndACountIsNoRows() throws SQLException {
        try (Connection connection = begin(AccessIntent.WRITE);
                PreparedStatement query = connection.prepareStatement("select 1")) {
            assertThatThrownBy(query::executeUpdate).isInstanceOf(SQLException.class);
        }
        try (Connection connection = begin(AccessIntent.WRITE);
                PreparedStatement delete = connection.prepareStatement("delete from first_statement")) {
            assertThatThrownBy(delete::executeQuery).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void aStatementIsExecutedAgainWithWhatWasSetBefore() throws SQLException {
        try (Connection connection = begin(AccessIntent.WRITE);
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(2, "the same");
            for (int id = 1; id <= 3; id++) {
                insert.setInt(1, id);
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
        }
        assertThat(texts()).containsExactly("1 the same", "2 the same", "3 the same");
    }

    @Test
    void aBatchIsToldItsSettingsFirst() throws SQLException {
        try (Connection connection = begin(AccessIntent.WRITE);
                PreparedStatement insert = connection.prepareStatement(
                        "insert into first_statement values (?, current_setting('statement_timeout'))")) {
            for (int id = 1; id <= 2; id++) {
                insert.setInt(1, id);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1);
        }
        assertThat(texts()).containsExactly("1 1234ms", "2 1234ms");
    }

    @Test
    void rowsAreFetchedInPortions() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                PreparedStatement query = connection.prepareStatement(
                        "select current_setting('statement_timeout') from generate_series(1, ?)")) {
            query.setInt(1, 5);
            query.setFetchSize(2);
            try (ResultSet rows = query.executeQuery()) {
                int count = 0;
                while (rows.next()) {
                    assertThat(rows.getString(1)).isEqualTo("1234ms");
                    count++;
                }
                assertThat(count).isEqualTo(5);
            }
        }
    }

    @Test
    void whatIsSetOfAnExecutedStatementHoldsForItsNextExecution() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                PreparedStatement query = connection.prepareStatement("select generate_series(1, 3)")) {
            assertThat(rows(query)).isEqualTo(3);
            query.setMaxRows(2);
            assertThat(rows(query)).isEqualTo(2);
        }
    }

    @Test
    void whatIsNoPreparedStatementIsToldItsSettingsFirst() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show statement_timeout")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("1234ms");
        }
    }

    @Test
    void aStatementThatWasNeverExecutedToldNothing() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ)) {
            connection.prepareStatement(LIMIT).close();
            assertThat(limit(connection, "")).isEqualTo("1234ms");
        }
    }

    @Test
    void whicheverOfTwoStatementsIsExecutedFirstTellsThem() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                PreparedStatement early = connection.prepareStatement(LIMIT)) {
            assertThat(limit(connection, " late")).isEqualTo("1234ms late");
            early.setString(1, " early");
            try (ResultSet row = early.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("1234ms early");
            }
        }
        assertThat(prepared).hasSize(2);
    }

    @Test
    void anotherConnectionOfTheTransactionKnowsWhatWasTold() throws SQLException {
        PinnedRoute route = (PinnedRoute) routes.next(AccessIntent.READ, true);
        try (Connection one = connection(route);
                Connection other = connection(route)) {
            assertThat(limit(one, " one")).isEqualTo("1234ms one");
            assertThat(limit(other, " other")).isEqualTo("1234ms other");
        }
        assertThat(prepared).hasSize(2);
    }

    @Test
    void aMistakeIsToldAsTheCallersOwn() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                PreparedStatement query = connection.prepareStatement("select nonsense")) {
            assertThatThrownBy(query::executeQuery)
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure -> assertThat(failure.getSQLState()).isEqualTo("42703"))
                    .hasMessageContaining("Position: 8");
        }
    }

    @Test
    void aParameterThatIsMissingIsFound() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ);
                PreparedStatement query = connection.prepareStatement(LIMIT)) {
            assertThatThrownBy(query::executeQuery).hasMessageContaining("No value specified for parameter");
            query.setString(1, " found");
            try (ResultSet row = query.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getString(1)).isEqualTo("1234ms found");
            }
        }
    }

    @Test
    void aClosedStatementStaysClosed() throws SQLException {
        try (Connection connection = begin(AccessIntent.READ)) {
            PreparedStatement query = connection.prepareStatement(LIMIT);
            query.close();
            query.close();
            assertThat(query.isClosed()).isTrue();
            assertThatThrownBy(query::executeQuery).hasMessageContaining("closed");
        }
        assertThat(prepared).isEmpty();
    }

    private Connection begin(AccessIntent intent) {
        return connection((PinnedRoute) routes.next(intent, true));
    }

    private Connection connection(PinnedRoute route) {
        return proxy(new LazyConnection(() -> new LazyConnection.Opened(written(), route.settings())));
    }

    private String limit(Connection connection, String more) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(LIMIT)) {
            query.setString(1, more);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    private static int rows(PreparedStatement query) throws SQLException {
        int count = 0;
        try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private List<String> texts() throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = real.createStatement();
                ResultSet row = statement.executeQuery("select id || ' ' || text from first_statement order by id")) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }

    // Writes down what is prepared, and stays open: it is the test's own.
    private Connection written() {
        return proxy((proxy, method, arguments) -> {
            if (method.getName().equals("close")) {
                return null;
            }
            if (method.getName().equals("prepareStatement")) {
                prepared.add((String) arguments[0]);
            }
            return ClosableProxy.on(real, method, arguments);
        });
    }

    private static Connection proxy(InvocationHandler handler) {
        return (Connection) Proxy.newProxyInstance(
                FirstStatementIT.class.getClassLoader(), new Class<?>[] {Connection.class}, handler);
    }
}
