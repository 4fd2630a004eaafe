package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the build made for one kind of server, where the build leaves it. */
record Artifacts(Path application, List<Path> libraries, Path bootCommands) {
    static Artifacts of(Path project, ServerKind kind) {
        Path configuration = project.resolve("payara-config");
        Path application = switch (kind) {
            case SERVER -> project.resolve("ear/target/holdfast.ear");
            case MICRO -> configuration.resolve("micro/target/holdfast-micro.jar");
            case NONE -> throw new IllegalArgumentException("no application is asked for");
        };
        if (!Files.exists(application)) {
            throw new LauncherException(
                    application + " is not built; run mvn package, or ./holdfast up, which builds it");
        }
        return new Artifacts(
                application,
                jars(configuration.resolve("server-lib/target/server-lib")),
                configuration.resolve("boot/pre-boot.asadmin"));
    }

    /** Where the launcher's build leaves Payara Server. */
    static Path payaraServer(Path project) {
        return project.resolve("payara-config/launcher/target/server/payara-server.zip");
    }

    /** Changes when the build changed anything a running server was started with. */
    String fingerprint() {
        StringBuilder fingerprint = new StringBuilder();
        Stream.concat(Stream.of(application, bootCommands), libraries.stream())
                .forEach(file -> fingerprint.append(describe(file)).append('\n'));
        return fingerprint.toString();
    }

    private static String describe(Path file) {
        try {
            return file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new LauncherException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private static List<Path> jars(Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new LauncherException(
                    directory + " is not built; run mvn package, or ./holdfast up, which builds it");
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new LauncherException("cannot list " + directory + ": " + e.getMessage(), e);
        }
    }
}
