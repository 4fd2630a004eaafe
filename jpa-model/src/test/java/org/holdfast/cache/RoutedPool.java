package org.holdfast.cache;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to the primary, or to the replica where {@link StressContext} says so. Thread-safe. */
final class RoutedPool extends HikariDataSource {
    private static final int SIZE = 8;

    private final HikariDataSource replica;

    RoutedPool(Servers servers) {
        super(config(servers.primaryUrl(), servers.databasePassword()));
        this.replica = new HikariDataSource(config(servers.replicaUrl(), servers.databasePassword()));
    }

    private static HikariConfig config(String url, String password) {
        PGSimpleDataSource driver = new PGSimpleDataSource();
        driver.setUrl(url);
        HikariConfig config = new HikariConfig();
        config.setDataSource(driver);
        config.setUsername("postgres");
        config.setPassword(password);
        config.setMaximumPoolSize(SIZE);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(10_000);
        return config;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return StressContext.isOnReplica() ? replica.getConnection() : super.getConnection();
    }

    @Override
    public void close() {
        replica.close();
        super.close();
    }
}
