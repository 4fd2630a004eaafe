package org.holdfast.it.bench.cache;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.ds.PGSimpleDataSource;

/** The primary and the first Redis of a running topology, whose home the system property {@code holdfast.home} names. */
final class Servers {
    private static final int POOL = 4;

    private final Path home = Path.of(System.getProperty("holdfast.home", ".holdfast"));
    private final Properties ports = properties("topology.properties");
    private final Properties secrets = properties("secrets");

    private Properties properties(String file) {
        Properties properties = new Properties();
        try (InputStream stream = Files.newInputStream(home.resolve(file))) {
            properties.load(stream);
            return properties;
        } catch (IOException failure) {
            throw new IllegalStateException("nothing runs in " + home + ": ./holdfast up --databases", failure);
        }
    }

    private String port(String variable) {
        String given = System.getenv(variable);
        return given == null ? ports.getProperty(variable) : given;
    }

    HikariDataSource pool() {
        PGSimpleDataSource driver = new PGSimpleDataSource();
        driver.setUrl("jdbc:postgresql://localhost:" + port("HOLDFAST_PRIMARY_PORT")
                + "/holdfast?sslmode=verify-full&sslrootcert=" + authority());
        HikariConfig config = new HikariConfig();
        config.setDataSource(driver);
        config.setUsername("postgres");
        config.setPassword(secrets.getProperty("POSTGRES_PASSWORD"));
        config.setMaximumPoolSize(POOL);
        return new HikariDataSource(config) {
            // EclipseLink names the user it was given, which is none.
            @Override
            public Connection getConnection(String user, String password) throws SQLException {
                return getConnection();
            }
        };
    }

    /** A table of parcels, unless one is there, with twenty in each of a hundred cities. */
    void makeTable(HikariDataSource pool) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create schema if not exists holdfast_bench");
            statement.execute(
                    "create table if not exists holdfast_bench.parcel (id uuid primary key, version bigint not null,"
                            + " recipient text, street text, city text, weight numeric(12, 2), sent_at timestamp, remark text)");
            statement.execute("create index if not exists parcel_city on holdfast_bench.parcel (city)");
            statement.execute(
                    "insert into holdfast_bench.parcel select gen_random_uuid(), 1, 'Ada Lovelace', 'Street ' || n,"
                            + " 'city-' || n % 100, 12.5, '2026-01-31 10:00', '' from generate_series(1, 2000) n"
                            + " where not exists (select from holdfast_bench.parcel where city = 'city-1')");
            statement.execute("analyze holdfast_bench.parcel");
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private Path authority() {
        return home.resolve("tls/ca.crt").toAbsolutePath();
    }

    /** A file with Redisson's configuration, the same for all ways; gone with the process. */
    Path redisson() {
        try (InputStream in = Files.newInputStream(authority())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
            Path truststore = Files.createTempFile("truststore", ".p12");
            truststore.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(truststore)) {
                store.store(out, "changeit".toCharArray());
            }
            Path file = Files.createTempFile("redisson", ".yaml");
            file.toFile().deleteOnExit();
            Files.writeString(file, """
                    nettyThreads: 4
                    threads: 2
                    singleServerConfig:
                      address: "rediss://localhost:%s"
                      password: "%s"
                      sslTruststore: "%s"
                      sslTruststorePassword: "changeit"
                      connectionMinimumIdleSize: 2
                      connectionPoolSize: 16
                      subscriptionConnectionMinimumIdleSize: 1
                      subscriptionConnectionPoolSize: 4
                    """.formatted(
                            port("HOLDFAST_REDISA_PORT"), secrets.getProperty("REDIS_PASSWORD"), truststore.toUri()));
            return file;
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
