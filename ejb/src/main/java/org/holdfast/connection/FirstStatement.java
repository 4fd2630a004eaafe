package org.holdfast.connection;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A caller's prepared statement before which the {@link RouteSettings} must be told. They are sent with it, as two statements
 * of one text, of which the caller sees the second; whatever is not a plain execution has them told beforehand. The caller's
 * parameters are kept until it is known which of the two it will be. Not thread-safe.
 */
final class FirstStatement extends ClosableProxy {
    /** Sets one of the caller's parameters, or something else of the statement. */
    private interface Parameter {
        void set(PreparedStatement statement, int parametersBefore) throws Throwable;
    }

    private final Connection connection;
    private final String sql;
    private final RouteSettings settings;
    private final List<Parameter> parameters = new ArrayList<>();
    private @Nullable PreparedStatement together;
    private @Nullable PreparedStatement alone;

    private FirstStatement(Connection connection, String sql, RouteSettings settings) {
        this.connection = connection;
        this.sql = sql;
        this.settings = settings;
    }

    static PreparedStatement prepare(Connection connection, String sql, RouteSettings settings) {
        return (PreparedStatement) Proxy.newProxyInstance(
                FirstStatement.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                new FirstStatement(connection, sql, settings));
    }

    @Override
    @Nullable
    Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        boolean isOfStatement = method.getDeclaringClass() == Statement.class;
        if (together != null && isOfStatement) {
            if (method.getName().startsWith("set")) {
                parameters.add((statement, before) -> on(statement, method, arguments));
            }
            return on(together, method, arguments);
        }
        if (alone == null
                && arguments != null
                && !isOfStatement
                && method.getName().startsWith("set")) {
            parameters.add((statement, before) -> set(statement, before, method, arguments));
            return null;
        }
        if (alone == null && arguments == null && !settings.isTold()) {
            switch (method.getName()) {
                case "execute" -> {
                    return executeTogether().getMoreResults();
                }
                case "executeQuery" -> {
                    PreparedStatement executed = executeTogether();
                    if (!executed.getMoreResults()) {
                        throw new SQLException("the statement has no rows", "02000");
                    }
                    return executed.getResultSet();
                }
                case "executeUpdate" -> {
                    PreparedStatement executed = executeTogether();
                    if (executed.getMoreResults()) {
                        throw new SQLException("the statement has rows", "0100E");
                    }
                    return executed.getUpdateCount();
                }
                default -> {
                    // Not a plain execution: the caller's statement has to stand alone.
                }
            }
        }
        return on(alone(), method, arguments);
    }

    private PreparedStatement executeTogether() throws Throwable {
        closeTogether();
        PreparedStatement both = connection.prepareStatement(settings.statement() + ";" + sql);
        together = both;
        int before = settings.bind(both);
        for (Parameter parameter : parameters) {
            parameter.set(both, before);
        }
        try {
            both.execute();
        } catch (SQLException failure) {
            settings.failed(failure);
            throw failure;
        }
        settings.told();
        return both;
    }

    private PreparedStatement alone() throws Throwable {
        PreparedStatement statement = alone;
        if (statement == null) {
            if (!settings.isTold()) {
                settings.tell(connection);
            }
            statement = connection.prepareStatement(sql);
            alone = statement;
            for (Parameter parameter : parameters) {
                parameter.set(statement, 0);
            }
            closeTogether();
        }
        return statement;
    }

    @Override
    void close() throws SQLException {
        try {
            closeTogether();
        } finally {
            if (alone != null) {
                alone.close();
            }
        }
    }

    @Override
    SQLException closed() {
        return new SQLException("the statement is closed", "55000");
    }

    @Override
    public String toString() {
        return sql;
    }

    private void closeTogether() throws SQLException {
        PreparedStatement both = together;
        together = null;
        if (both != null) {
            both.close();
        }
    }

    private static void set(PreparedStatement statement, int before, Method setter, Object[] arguments)
            throws Throwable {
        Object[] shifted = arguments.clone();
        shifted[0] = (Integer) arguments[0] + before;
        on(statement, setter, shifted);
    }
}
