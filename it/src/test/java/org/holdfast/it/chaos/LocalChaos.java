package org.holdfast.it.chaos;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
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
     * What a topology is to have.
     *
     * @param instances of the application, from 1 to 16
     * @param disks whether the disks of its nodes can be filled
     * @param clocks whether the clocks of its instances can be set
     */
    record Equipment(int instances, boolean disks, boolean clocks) {
        static Equipment plain() {
            return new Equipment(1, false, false);
        }
    }

    /** Runs a command on a fresh topology; the result is its exit code, or 2 when it could not be carried out. */
    static int run(Equipment equipment, ToIntFunction<ChaosSystem> command) {
        Ports ports = Ports.free(equipment.instances());
        try (Links links = Links.through(ports, equipment.instances())) {
            LocalTopology topology = topology(ports, equipment, links);
            topology.stop();
            if (Files.exists(home())) {
                Disks.unmountStale(topology.home());
            }
            topology.reset();
            topology.install();
            try (Disks disks = equipment.disks() ? Disks.below(topology.home()) : Disks.none()) {
                // Before the disks, whose guard kills what still works there.
                Runtime.getRuntime().addShutdownHook(new Thread(topology::stop, "stop-the-servers"));
                Clocks clocks = equipment.clocks() ? Clocks.below(topology.home()) : Clocks.none();
                ChaosSystem system = new ChaosSystem(topology, equipment.instances(), links, disks, clocks);
                try {
                    system.healTools();
                    topology.start();
                    return command.applyAsInt(system);
                } finally {
                    // Before the links close: servers whose connections break all at once take longer to end.
                    topology.stop();
                }
            }
        } catch (LauncherException | IllegalStateException failure) {
            print("holdfast: " + failure.getMessage());
            return 2;
        }
    }

    private static Path home() {
        return directory().resolve("system");
    }

    private static LocalTopology topology(Ports ports, Equipment equipment, Links links) {
        Path project = Path.of(System.getProperty("holdfast.project", "."));
        long beganNanos = System.nanoTime();
        Map<String, String> environment = new HashMap<>(System.getenv());
        if (equipment.clocks()) {
            environment.putAll(Clocks.environment());
        }
        TopologySettings settings = new TopologySettings(
                project, home(), ports, ServerKind.SERVER, equipment.instances(), environment, links.detours());
        return new LocalTopology(
                settings,
                line -> print(
                        String.format(Locale.ROOT, "[%5.1f s] %s", (System.nanoTime() - beganNanos) / 1e9, line)));
    }
}
