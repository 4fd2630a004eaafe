package org.holdfast.launcher;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the programs the topology needs, and installs what is missing where that is allowed. */
final class Install {
    private static final Path DEBIAN = Path.of("/etc/debian_version");
    private static final String VECTOR_SCRIPT = "install-pgvector.sh";

    private final Map<String, String> environment;
    private final ServerUser user;
    private final Path logs;
    private final Progress progress;

    Install(Map<String, String> environment, ServerUser user, Path logs, Progress progress) {
        this.environment = environment;
        this.user = user;
        this.logs = logs;
        this.progress = progress;
    }

    /** PostgreSQL with pgvector, Redis, openssl, and the servers' user; fails with the cure when it cannot. */
    Programs require() {
        List<String> missing = missingPackages();
        if (!missing.isEmpty()) {
            apt().install(missing);
        }
        PostgresPrograms postgres = PostgresPrograms.find(environment)
                .orElseThrow(() -> new LauncherException("no PostgreSQL " + PostgresPrograms.MAJOR_MIN
                        + " or newer on this machine; install one (https://www.postgresql.org/download/), "
                        + "or put its bin directory on the PATH"));
        if (!postgres.hasVector()) {
            installVector(postgres);
            postgres = PostgresPrograms.find(environment)
                    .filter(PostgresPrograms::hasVector)
                    .orElseThrow(() -> new LauncherException(
                            "pgvector was built but PostgreSQL does not find it; see " + vectorLog()));
        }
        user.create();
        return new Programs(
                postgres,
                find("redis-server")
                        .orElseThrow(() -> new LauncherException("no redis-server on the PATH; install Redis 7")));
    }

    /** Also a browser, for the tests that need one. */
    void requireBrowser() {
        if (Stream.of("chromium", "chromium-browser", "google-chrome")
                .allMatch(name -> find(name).isEmpty())) {
            apt().install(List.of("chromium"));
        }
    }

    /** Also PgBouncer, for the test with pooled connections. */
    void requirePooler() {
        // Debian's is not on every user's path.
        if (find("pgbouncer").isEmpty() && !Files.isExecutable(Path.of("/usr/sbin/pgbouncer"))) {
            apt().install(List.of("pgbouncer"));
        }
    }

    /** Also the library that sets clocks, for the fault tests; they go without that where it cannot be installed. */
    void requireClocks() {
        if (!user.isRoot() || !Files.exists(DEBIAN)) {
            return;
        }
        boolean isThere = Command.of("dpkg", "--status", "libfaketime").run().succeeded();
        if (!isThere) {
            apt().install(List.of("libfaketime"));
        }
    }

    record Programs(PostgresPrograms postgres, Path redis) {}

    private List<String> missingPackages() {
        List<String> missing = new ArrayList<>();
        if (PostgresPrograms.find(environment).isEmpty()) {
            missing.add("postgresql");
        }
        if (find("redis-server").isEmpty()) {
            missing.add("redis-server");
        }
        if (find("openssl").isEmpty()) {
            missing.add("openssl");
        }
        return missing;
    }

    private void installVector(PostgresPrograms postgres) {
        String packaged = "postgresql-" + postgres.major() + "-pgvector";
        Apt apt = apt();
        if (apt.offers(packaged, "0.7")) {
            apt.install(List.of(packaged));
            return;
        }
        List<String> tools =
                Stream.of("gcc", "make").filter(name -> find(name).isEmpty()).toList();
        if (!tools.isEmpty()) {
            // The C library's headers are a recommendation of gcc only, and the compiler is no use without them.
            apt.install(Stream.concat(tools.stream(), Stream.of("libc6-dev")).toList());
        }
        progress.step("building pgvector for PostgreSQL " + postgres.major() + " from Debian's source package");
        try (InputStream script = Install.class.getResourceAsStream(VECTOR_SCRIPT)) {
            if (script == null) {
                throw new IllegalStateException(VECTOR_SCRIPT + " is not on the class path");
            }
            Path work = Files.createTempDirectory("holdfast-pgvector-");
            try {
                Command.of("/bin/sh", "-s", "--")
                        .with(postgres.program("pg_config").toString(), Integer.toString(postgres.major()))
                        .with(work.toString())
                        .input(new String(script.readAllBytes(), StandardCharsets.UTF_8))
                        .logTo(vectorLog())
                        .atMost(Apt.INSTALL_MAX)
                        .runOrFail("pgvector cannot be built");
            } finally {
                Home.deleteTree(work);
            }
        } catch (IOException e) {
            throw new LauncherException("cannot build pgvector: " + e.getMessage(), e);
        }
    }

    private Path vectorLog() {
        return logs.resolve("install.log");
    }

    private Apt apt() {
        return new Apt(user.isRoot() && Files.exists(DEBIAN), logs.resolve("install.log"), progress);
    }

    private Optional<Path> find(String program) {
        return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
