package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The topology's own certificate authority and the certificate of its servers, made with openssl at the first start. */
final class Certificates {
    private static final String CONFIGURATION = """
            [req]
            distinguished_name = name
            prompt = no
            [name]
            CN = Holdfast local topology
            [authority]
            basicConstraints = critical, CA:TRUE, pathlen:0
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            [server]
            basicConstraints = critical, CA:FALSE
            keyUsage = critical, digitalSignature
            extendedKeyUsage = serverAuth, clientAuth
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            subjectAltName = DNS:localhost, IP:127.0.0.1, IP:::1
            """;
    private static final List<String> KEY = List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes");

    private final Path directory;
    private final ServerUser user;

    Certificates(Path directory, ServerUser user) {
        this.directory = directory;
        this.user = user;
    }

    Path authority() {
        return directory.resolve("ca.crt");
    }

    Path server() {
        return directory.resolve("server.crt");
    }

    Path serverKey() {
        return directory.resolve("server.key");
    }

    void createIfMissing() {
        if (Files.exists(directory)) {
            return;
        }
        // Complete or absent: the directory gets its name last.
        Path aside = directory.resolveSibling("tls.new");
        try {
            Home.deleteTree(aside);
            Files.createDirectories(aside);
            Files.writeString(aside.resolve("openssl.cnf"), CONFIGURATION);
            openssl(aside, "req", "-x509", "-days", "3650", "-config", "openssl.cnf", "-extensions", "authority")
                    .with(KEY.toArray(String[]::new))
                    .with("-keyout", "ca.key", "-out", "ca.crt")
                    .runOrFail("openssl cannot make the certificate authority");
            openssl(aside, "req", "-config", "openssl.cnf", "-subj", "/CN=localhost")
                    .with(KEY.toArray(String[]::new))
                    .with("-keyout", "server.key", "-out", "server.csr")
                    .runOrFail("openssl cannot make the servers' key");
            openssl(aside, "x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial")
                    .with("-days", "3650", "-extfile", "openssl.cnf", "-extensions", "server", "-out", "server.crt")
                    .runOrFail("openssl cannot sign the servers' certificate");
            for (String key : List.of("ca.key", "server.key")) {
                Files.setPosixFilePermissions(aside.resolve(key), PosixFilePermissions.fromString("rw-------"));
            }
            // PostgreSQL refuses a key that is not its own user's. The authority's key stays with the launcher's user.
            user.own(aside.resolve("server.key"));
            Files.move(aside, directory, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new LauncherException("cannot make certificates in " + directory + ": " + e.getMessage(), e);
        }
    }

    private static Command openssl(Path directory, String... arguments) {
        return Command.of("openssl").with(arguments).in(directory);
    }
}
