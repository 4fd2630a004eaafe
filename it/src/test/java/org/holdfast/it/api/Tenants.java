package org.holdfast.it.api;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.holdfast.it.RunningSystem;
import org.holdfast.launcher.NodeName;

/** Users and tenants that the API has no call to make, put into the primary by its superuser. */
final class Tenants {
    private final RunningSystem system = RunningSystem.get();

    /** A user of the demo tenant with one role; the password is that of the agent's user. */
    RunningSystem.Credentials userWithRole(String role) {
        return user(role, "tenant_id");
    }

    /** The agent of a tenant that was made for it. */
    RunningSystem.Credentials agentOfAnotherTenant() {
        UUID tenant = UUID.randomUUID();
        update("insert into auth.tenant (id, name) values (?, ?)", tenant, "tenant " + tenant);
        return user("agent", "'" + tenant + "'::uuid");
    }

    /** The administrator of a tenant that is made for it under this id. */
    RunningSystem.Credentials adminOf(UUID tenant) {
        update("insert into auth.tenant (id, name) values (?, ?)", tenant, "tenant " + tenant);
        return user("admin", "'" + tenant + "'::uuid");
    }

    private RunningSystem.Credentials user(String role, String tenant) {
        RunningSystem.Credentials known = system.agent();
        UUID id = UUID.randomUUID();
        String name = role + "-" + id;
        update(
                "insert into auth.user_account (id, tenant_id, username, password_hash) select ?, " + tenant
                        + ", ?, password_hash from auth.user_account where username = ?",
                id,
                name,
                known.user());
        update(
                "insert into auth.user_role (user_id, role, tenant_id)"
                        + " select id, ?, tenant_id from auth.user_account where id = ?",
                role,
                id);
        return new RunningSystem.Credentials(name, known.password());
    }

    /** A number that a query answers on the primary. */
    long count(String sql, Object... parameters) {
        return countOn(NodeName.PRIMARY, sql, parameters);
    }

    /** A number that a query answers on a node. */
    long countOn(NodeName node, String sql, Object... parameters) {
        try (Connection connection = connect(node)) {
            return number(connection, sql, parameters);
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** A number that a query answers to the application's role, for no tenant. */
    long countAsApplication(String sql) {
        try (Connection connection = connect();
                Statement role = connection.createStatement()) {
            role.execute("set role holdfast_app");
            return number(connection, sql);
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    private static long number(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement select = prepared(connection, sql, parameters);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Changes one row on the primary, past row level security. */
    void update(String sql, Object... parameters) {
        try (Connection connection = connect();
                PreparedStatement change = prepared(connection, sql, parameters)) {
            if (change.executeUpdate() != 1) {
                throw new AssertionError("not one row: " + sql);
            }
        } catch (SQLException failure) {
            throw new AssertionError(sql, failure);
        }
    }

    /** The superuser's connection to the primary. */
    Connection connect() throws SQLException {
        return connect(NodeName.PRIMARY);
    }

    private Connection connect(NodeName node) throws SQLException {
        return DriverManager.getConnection(system.jdbcUrl(node), "postgres", system.superuserPassword());
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
