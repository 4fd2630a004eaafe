package org.holdfast.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.holdfast.launcher.Detours;
import org.holdfast.launcher.LocalTopology;
import org.holdfast.launcher.NodeName;
import org.holdfast.launcher.Ports;
import org.holdfast.launcher.ServerKind;
import org.holdfast.launcher.TopologySettings;
import org.jspecify.annotations.Nullable;

/**
 * The whole local topology with the application, on ports of its own. Started by the first test that asks for it, stopped
 * when the JVM ends, however it ends. The system property {@code holdfast.system} names what runs: {@code server} (the
 * EAR), {@code micro}, or {@code bare-server} (a server that a test deploys to).
 */
public final class RunningSystem {
    /** A user of the application and the password. */
    public record Credentials(String user, String password) {}

    private static final System.Logger LOG = System.getLogger(RunningSystem.class.getName());

    private static final String MIGRATIONS = "migrations";
    private static final int ASADMIN_SECONDS_MAX = 120;

    private static @Nullable RunningSystem running;

    private final LocalTopology topology;
    private final TopologySettings settings;

    private RunningSystem(LocalTopology topology, TopologySettings settings) {
        this.topology = topology;
        this.settings = settings;
    }

    /** Starts it unless it runs. */
    public static synchronized RunningSystem get() {
        RunningSystem system = running;
        if (system == null) {
            system = start();
            running = system;
        }
        return system;
    }

    private static RunningSystem start() {
        String kind = System.getProperty("holdfast.system", "server");
        Ports ports = Ports.free(1);
        LocalTopology none = topology(settings(kind, ports, System.getenv()));
        none.reset();
        none.install();
        Path directory = none.home().resolve(MIGRATIONS);
        makeReadable(directory);
        TopologySettings settings =
                settings(kind, ports, with(System.getenv(), "-Dholdfast.migration.directory=" + directory));
        LocalTopology topology = topology(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(topology::stop, "stop-the-servers"));
        topology.start();
        RunningSystem system = new RunningSystem(topology, settings);
        if (kind.equals("bare-server")) {
            system.undeploy();
        }
        return system;
    }

    private static TopologySettings settings(String kind, Ports ports, Map<String, String> environment) {
        return new TopologySettings(
                Path.of(System.getProperty("holdfast.project", "..")),
                Path.of(System.getProperty("holdfast.home", "target/holdfast")),
                ports,
                kind.equals("micro") ? ServerKind.MICRO : ServerKind.SERVER,
                1,
                environment);
    }

    private static Map<String, String> with(Map<String, String> environment, String options) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.merge("HOLDFAST_JAVA_OPTS", options, (given, added) -> given + " " + added);
        return changed;
    }

    // The application may be another user of the machine.
    private static void makeReadable(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException failure) {
            throw new IllegalStateException(directory + " could not be made", failure);
        }
    }

    private static LocalTopology topology(TopologySettings settings) {
        return new LocalTopology(settings, message -> LOG.log(System.Logger.Level.INFO, message));
    }

    /**
     * Starts the application anew on the databases as they are, and waits until it is ready.
     *
     * @param options further options of its JVM, such as {@code -Dkey=value}; empty for none
     */
    public void restartApplication(String options) {
        restartApplication(with(settings.environment(), options), Detours.none());
    }

    /**
     * Starts the application anew as {@link #restartApplication(String)} does.
     *
     * @param variables further variables of its environment
     * @param ways where it finds nodes elsewhere than at their own ports
     */
    public void restartApplication(Map<String, String> variables, Map<NodeName, Integer> ways) {
        Map<String, String> environment = new HashMap<>(settings.environment());
        environment.putAll(variables);
        restartApplication(environment, new Detours(Map.of(1, ways), Map.of(), Map.of()));
    }

    private void restartApplication(Map<String, String> environment, Detours detours) {
        topology(new TopologySettings(
                        settings.project(),
                        settings.home(),
                        settings.ports(),
                        settings.server(),
                        settings.instances(),
                        environment,
                        detours))
                .start();
    }

    // The tests inside the server deploy the application with themselves in it.
    private void undeploy() {
        asadmin("undeploy", "holdfast");
    }

    /** Runs a command of the server's administration, such as {@code deploy} with its arguments. */
    public void asadmin(String... command) {
        String asadmin = topology.payaraHome().resolve("bin/asadmin").toString();
        List<String> line = new ArrayList<>(List.of(asadmin, "--port", Integer.toString(adminPort())));
        line.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(ASADMIN_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(
                        "asadmin " + String.join(" ", command) + " did not succeed; see " + log());
            }
        } catch (IOException failure) {
            throw new IllegalStateException(asadmin + " could not be run", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during asadmin " + command[0], interrupted);
        }
    }

    public int adminPort() {
        return settings.ports().admin();
    }

    public URI baseUri() {
        return URI.create(topology.httpUrl(1));
    }

    public LocalTopology topology() {
        return topology;
    }

    /** Whose files the application takes for migrations, beside its own; empty at first. */
    public Path migrations() {
        return topology.home().resolve(MIGRATIONS);
    }

    /** The file into which the application logs. */
    public Path log() {
        return topology.home().resolve("logs").resolve("app1.log");
    }

    public Credentials agent() {
        return credentials("AGENT");
    }

    public Credentials admin() {
        return credentials("ADMIN");
    }

    private Credentials credentials(String who) {
        return new Credentials(
                topology.secrets().get(who + "_USER"), topology.secrets().get(who + "_PASSWORD"));
    }

    public void kill(String node) {
        topology.node(node).kill();
    }

    public void pause(String node) {
        topology.node(node).pause();
    }

    public void resume(String node) {
        topology.node(node).resume();
    }

    public void start(String node) {
        topology.node(node).start();
    }

    /** A JDBC URL of a node with verified TLS; the superuser is {@code postgres}. */
    public String jdbcUrl(NodeName node) {
        return topology.jdbcUrl(node);
    }

    public String superuserPassword() {
        return topology.secrets().get("POSTGRES_PASSWORD");
    }
}
