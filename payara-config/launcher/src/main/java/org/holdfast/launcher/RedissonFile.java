package org.holdfast.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/** Redisson's configuration for one Redis, with its password and the authority that vouches for it. */
final class RedissonFile {
    private RedissonFile() {}

    /** Of the Redis that an instance has for its own. */
    static Path in(Path directory) {
        return directory.resolve("redisson.yaml");
    }

    /** Of the other site's Redis. */
    static Path ofOtherSite(Path directory) {
        return directory.resolve("redisson-other-site.yaml");
    }

    static void write(TopologyContext context, Path file, NodeName redis) {
        String password = context.secrets().get("REDIS_PASSWORD");
        Path truststore = file.resolveSibling("authority.p12");
        writeTruststore(context.certificates().authority(), truststore, password);
        context.user()
                .writePrivate(file, """
                nettyThreads: 4
                threads: 2
                singleServerConfig:
                  address: "rediss://localhost:%d"
                  password: "%s"
                  sslTruststore: "%s"
                  sslTruststorePassword: "%s"
                  # The cache itself decides how long it waits, and what is tried again.
                  retryAttempts: 0
                  timeout: 1000
                  connectTimeout: 1000
                  connectionMinimumIdleSize: 2
                  connectionPoolSize: 16
                  subscriptionConnectionMinimumIdleSize: 1
                  subscriptionConnectionPoolSize: 4
                """.formatted(context.ports().of(redis), password, truststore.toUri(), password));
    }

    // Redisson takes the authority from a Java key store only.
    private static void writeTruststore(Path authority, Path file, String password) {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, password.toCharArray());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new LauncherException("cannot make " + file + ": " + e.getMessage(), e);
        }
    }
}
