package org.holdfast.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Payara Micro with the application inside, in a directory that is new at each start. */
final class PayaraMicro {
    private final Path directory;

    PayaraMicro(Path directory) {
        this.directory = directory;
    }

    /** The arguments of the Java process. */
    List<String> arguments(Path bootCommands, Path uberJar, List<Path> libraries, String address, int port) {
        try {
            Files.createDirectories(directory);
            Path before = Files.writeString(
                    directory.resolve("pre-boot.asadmin"), Files.readString(bootCommands) + own(address));
            Path logging = ServerLogging.write(directory.resolve("logging.properties"));
            return List.of(
                    "-jar",
                    uberJar.toString(),
                    "--nocluster",
                    "--port",
                    Integer.toString(port),
                    "--rootdir",
                    directory.resolve("root").toString(),
                    "--logproperties",
                    logging.toString(),
                    "--prebootcommandfile",
                    before.toString(),
                    "--addlibs",
                    libraries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        } catch (IOException e) {
            throw new LauncherException("cannot prepare " + directory + ": " + e.getMessage(), e);
        }
    }

    // Micro has no option for the address; without the data grid off it listens for members on all of them.
    private static String own(String address) {
        return """

                set configs.config.server-config.network-config.network-listeners.network-listener.http-listener.address=%s
                set configs.config.server-config.hazelcast-config-specific-configuration.enabled=false
                """.formatted(address);
    }
}
