package org.holdfast.launcher;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a topology is to be.
 *
 * @param project the root of the checked-out project, where the built artifacts are
 * @param home the directory for everything; may become a link, see {@link LocalTopology}
 * @param instances how many application instances, from 1 to 16; of no effect with {@link ServerKind#NONE}
 * @param environment variables such as {@code HOLDFAST_JAVA_OPTS} and everything handed on to the application
 * @param detours where connections are to go another way than to a node's own port
 */
public record TopologySettings(
        Path project,
        Path home,
        Ports ports,
        ServerKind server,
        int instances,
        Map<String, String> environment,
        Detours detours) {
    private static final int INSTANCES_MAX = 16;

    /** Refuses an impossible number of instances. */
    public TopologySettings {
        project = project.toAbsolutePath().normalize();
        home = home.toAbsolutePath().normalize();
        environment = Map.copyOf(environment);
        if (instances < 1 || instances > INSTANCES_MAX) {
            throw new LauncherException(2, instances + " instances asked for; possible are 1 to " + INSTANCES_MAX);
        }
    }

    /** Without detours. */
    public TopologySettings(
            Path project, Path home, Ports ports, ServerKind server, int instances, Map<String, String> environment) {
        this(project, home, ports, server, instances, environment, Detours.none());
    }

    /** The same with another server; what the tests vary. */
    public TopologySettings withServer(ServerKind other, int count) {
        return new TopologySettings(project, home, ports, other, count, environment, detours);
    }
}
