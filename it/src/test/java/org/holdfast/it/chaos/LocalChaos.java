package org.holdfast.it.chaos;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.holdfast.launcher.LauncherException;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.Ports;
import org.holdfast.launcher.ServerKind;
import org.holdfast.launcher.TopologySettings;

/**
 * A topology for one command alone: on free ports, in a directory of its own, with a proxy on every link, and stopped when
 * the JVM ends, however it ends. What {@code ./holdfast up} started is not touched.
 */
final class LocalChaos {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private LocalChaos() {}

    /** Where the reports of runs go. */
    static Path directory() {
        return Path.of(System.getProperty("holdfast.home", ".holdfast")).resolve("chaos");
    }

    static void print(String line) {
        OUT.println(line);
    }

    /**
     * Runs a command on a fresh topology.
     *
     * @param instances of the application, from 1 to 16
     * @return its exit code, or 2 when it could not be carried out
     */
    static int run(int instances, ToIntFunction<ChaosSystem> command) {
        Ports ports = Ports.free(instances);
        try (Links links = Links.through(ports, instances)) {
            LocalTopology topology = topology(ports, instances, links);
            try {
                topology.start();
                return command.applyAsInt(new ChaosSystem(topology, instances, links));
            } finally {
                // Before the links close: servers whose connections break all at once take longer to end.
                topology.stop();
            }
        } catch (LauncherException | IllegalStateException failure) {
            print("holdfast: " + failure.getMessage());
            return 2;
        }
    }

    private static LocalTopology topology(Ports ports, int instances, Links links) {
        Path project = Path.of(System.getProperty("holdfast.project", "."));
        long beganNanos = System.nanoTime();
        TopologySettings settings = new TopologySettings(
                project,
                directory().resolve("system"),
                ports,
                ServerKind.SERVER,
                instances,
                System.getenv(),
                links.detours());
        LocalTopology topology = new LocalTopology(
                settings,
                line -> print(
                        String.format(Locale.ROOT, "[%5.1f s] %s", (System.nanoTime() - beganNanos) / 1e9, line)));
        topology.reset();
        Runtime.getRuntime().addShutdownHook(new Thread(topology::stop, "stop-the-servers"));
        return topology;
    }
}
