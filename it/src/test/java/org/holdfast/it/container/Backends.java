package org.holdfast.it.container;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

/** The primary's backends, seen from inside the server over a connection of its own, outside every pool and transaction. */
final class Backends {
    private Backends() {}

    /** Ends another backend of the application's role and waits until it is gone. */
    static void terminate(long pid) {
        Map<String, String> environment = System.getenv();
        Properties properties = new Properties();
        properties.setProperty("user", "holdfast_app");
        properties.setProperty("password", environment.getOrDefault("HOLDFAST_APP_PASSWORD", ""));
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", environment.getOrDefault("HOLDFAST_TLS_CA", ""));
        String url = "jdbc:postgresql://" + environment.get("HOLDFAST_PRIMARY_HOST") + ":"
                + environment.get("HOLDFAST_PRIMARY_PORT") + "/" + environment.get("HOLDFAST_DATABASE");
        try (Connection connection = DriverManager.getConnection(url, properties);
                PreparedStatement statement = connection.prepareStatement("select pg_terminate_backend(?, 5000)")) {
            statement.setInt(1, Math.toIntExact(pid));
            statement.execute();
        } catch (SQLException failure) {
            throw new IllegalStateException("backend " + pid + " could not be ended", failure);
        }
    }
}
