package org.holdfast.migration;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.holdfast.settings.VectorSettings;

/**
 * Where files are found: {@code db/migration} on the class path, which comes with the application, and a directory, which is
 * read anew each time. Thread-safe.
 */
final class MigrationFiles {
    private static final String FOLDER = "db/migration";
    private static final Pattern VECTOR_TYPE =
            Pattern.compile("\\b(vector|halfvec)\\(" + VectorSettings.DIMENSIONS + "\\)");

    private final Optional<Path> directory;
    private final List<Migration> shipped;

    /** @throws MigrationException when a file of the class path cannot be understood */
    MigrationFiles(Optional<Path> directory) {
        this(directory, VectorSettings.DIMENSIONS);
    }

    /**
     * With vectors of another length: where the files of the class path say {@code vector(384)} or {@code halfvec(384)} they are run
     * with that, and keep their checksums.
     *
     * @throws MigrationException when a file of the class path cannot be understood
     */
    MigrationFiles(Optional<Path> directory, int dimensions) {
        this.directory = directory;
        this.shipped = onClassPath(
                MigrationFiles.class.getClassLoader(),
                text -> VECTOR_TYPE.matcher(text).replaceAll("$1(" + dimensions + ")"));
    }

    /**
     * Everything that is known now.
     *
     * @throws MigrationException when a file cannot be read or understood, or two have the same version
     */
    MigrationSet read() {
        return new MigrationSet(
                shipped,
                directory
                        .map(path -> inDirectory(path, UnaryOperator.identity()))
                        .orElse(List.of()));
    }

    /** Those that came with the application. */
    List<Migration> shipped() {
        return shipped;
    }

    private static List<Migration> inDirectory(Path path, UnaryOperator<String> toRun) {
        try (Stream<Path> entries = Files.list(path)) {
            List<Migration> files = new ArrayList<>();
            for (Path file : entries.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".sql") && Files.isRegularFile(file)) {
                    files.add(Migration.of(name, Files.readString(file), toRun));
                }
            }
            return files;
        } catch (IOException unreadable) {
            throw new MigrationException("the directory " + path + " cannot be read", unreadable);
        }
    }

    private static List<Migration> onClassPath(ClassLoader loader, UnaryOperator<String> toRun) {
        try {
            // A server may show one archive twice, by two of its class loaders.
            Map<String, Migration> files = new LinkedHashMap<>();
            for (URL folder : Collections.list(loader.getResources(FOLDER))) {
                List<Migration> found = folder.getProtocol().equals("file")
                        ? inDirectory(Path.of(folder.toURI()), toRun)
                        : inArchive(folder, toRun);
                found.forEach(file -> files.putIfAbsent(file.file() + " " + file.checksum(), file));
            }
            return List.copyOf(files.values());
        } catch (IOException | URISyntaxException unreadable) {
            throw new MigrationException("the migrations on the class path cannot be read", unreadable);
        }
    }

    private static List<Migration> inArchive(URL folder, UnaryOperator<String> toRun) throws IOException {
        JarURLConnection connection = (JarURLConnection) folder.openConnection();
        connection.setUseCaches(false);
        List<Migration> files = new ArrayList<>();
        try (var archive = connection.getJarFile()) {
            for (JarEntry entry : Collections.list(archive.entries())) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                if (entry.getName().contains(FOLDER + "/") && Migration.isMigration(name)) {
                    try (InputStream text = archive.getInputStream(entry)) {
                        files.add(Migration.of(name, new String(text.readAllBytes(), StandardCharsets.UTF_8), toRun));
                    }
                }
            }
        }
        return files;
    }
}
