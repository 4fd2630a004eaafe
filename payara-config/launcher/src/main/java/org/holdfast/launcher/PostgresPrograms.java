package org.holdfast.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The PostgreSQL programs of one version on this machine. */
record PostgresPrograms(Path directory, int major, boolean hasVector, boolean countsStatements) {
    static final int MAJOR_MIN = 15;
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final List<String> NEEDED = List.of("initdb", "postgres", "pg_basebackup", "psql", "pg_config");
    private static final Pattern VERSION = Pattern.compile("PostgreSQL\\)? (\\d+)");
    // Types halfvec and sparsevec came with 0.7.
    private static final Pattern VECTOR_VERSION = Pattern.compile("default_version = '0\\.([0-6])\\.");

    Path program(String name) {
        return directory.resolve(name);
    }

    /** The newest version that is new enough, one with pgvector before one without. */
    static Optional<PostgresPrograms> find(Map<String, String> environment) {
        return candidates(environment).stream()
                .filter(directory -> NEEDED.stream().allMatch(name -> Files.isExecutable(directory.resolve(name))))
                .map(PostgresPrograms::inspect)
                .filter(found -> found.major() >= MAJOR_MIN)
                .max(Comparator.<PostgresPrograms, Boolean>comparing(PostgresPrograms::hasVector)
                        .thenComparing(PostgresPrograms::major));
    }

    private static Set<Path> candidates(Map<String, String> environment) {
        Set<Path> directories = new LinkedHashSet<>();
        for (String entry : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!entry.isEmpty()) {
                directories.add(Path.of(entry));
            }
        }
        directories.addAll(debianDirectories());
        return directories;
    }

    private static List<Path> debianDirectories() {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(DEBIAN)) {
            try (DirectoryStream<Path> versions = Files.newDirectoryStream(DEBIAN)) {
                versions.forEach(version -> found.add(version.resolve("bin")));
            } catch (IOException e) {
                throw new LauncherException("cannot read " + DEBIAN, e);
            }
        }
        return found;
    }

    private static PostgresPrograms inspect(Path directory) {
        String version = Command.of(directory.resolve("postgres").toString(), "--version")
                .run()
                .output();
        Matcher matcher = VERSION.matcher(version);
        int major = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        return new PostgresPrograms(
                directory,
                major,
                hasVector(told(directory, "--sharedir").resolve("extension/vector.control")),
                Files.exists(told(directory, "--pkglibdir").resolve(PostgresConfiguration.STATEMENTS + ".so")));
    }

    private static Path told(Path directory, String option) {
        return Path.of(Command.of(directory.resolve("pg_config").toString(), option)
                .run()
                .output()
                .strip());
    }

    private static boolean hasVector(Path control) {
        try {
            return Files.exists(control)
                    && !VECTOR_VERSION.matcher(Files.readString(control)).find();
        } catch (IOException e) {
            return false;
        }
    }
}
