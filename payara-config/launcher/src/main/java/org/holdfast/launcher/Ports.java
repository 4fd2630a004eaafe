package org.holdfast.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;

/** The ports of one topology; instance n of the application listens n-1 above the first HTTP and admin port. */
public record Ports(Map<NodeName, Integer> nodes, int http, int admin) {
    static final int HTTP_DEFAULT = 8080;
    static final int ADMIN_DEFAULT = 4848;
    private static final String HTTP_VARIABLE = "HOLDFAST_HTTP_PORT";
    private static final String ADMIN_VARIABLE = "HOLDFAST_ADMIN_PORT";

    /** Refuses ports outside 1 to 65535 and a map that does not name every node. */
    public Ports {
        nodes = Map.copyOf(nodes);
        for (NodeName node : NodeName.values()) {
            check(variable(node), nodes.getOrDefault(node, 0));
        }
        check(HTTP_VARIABLE, http);
        check(ADMIN_VARIABLE, admin);
    }

    /** The documented ports, each replaced by its environment variable where that is set. */
    public static Ports fromEnvironment(Map<String, String> environment) {
        return fromEnvironment(environment, new Properties());
    }

    /** As above; {@code saved} holds the ports the running topology was started with, which beat the defaults. */
    static Ports fromEnvironment(Map<String, String> environment, Properties saved) {
        Map<NodeName, Integer> nodes = new EnumMap<>(NodeName.class);
        for (NodeName node : NodeName.values()) {
            nodes.put(node, port(environment, saved, variables(node), node.defaultPort()));
        }
        return new Ports(
                nodes,
                port(environment, saved, List.of(HTTP_VARIABLE), HTTP_DEFAULT),
                port(environment, saved, List.of(ADMIN_VARIABLE), ADMIN_DEFAULT));
    }

    /**
     * Ports that are free now, for tests that must not meet a topology that is already running. Room is kept above the
     * HTTP and admin ports for {@code instances} instances.
     */
    public static Ports free(int instances) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            Map<NodeName, Integer> nodes = new EnumMap<>(NodeName.class);
            for (NodeName node : NodeName.values()) {
                nodes.put(node, holdRange(held, 1));
            }
            return new Ports(nodes, holdRange(held, instances), holdRange(held, instances));
        } catch (IOException e) {
            throw new LauncherException("no free port found on this machine: " + e.getMessage(), e);
        } finally {
            held.forEach(Ports::close);
        }
    }

    public int of(NodeName node) {
        return nodes.getOrDefault(node, 0);
    }

    public int http(int instance) {
        return http + instance - 1;
    }

    public int admin(int instance) {
        return admin + instance - 1;
    }

    /** The variable that moves a node's port, for messages. */
    static String variable(NodeName node) {
        return "HOLDFAST_" + node.environmentName() + "_PORT";
    }

    static String httpVariable() {
        return HTTP_VARIABLE;
    }

    static String adminVariable() {
        return ADMIN_VARIABLE;
    }

    void saveTo(Properties saved) {
        for (NodeName node : NodeName.values()) {
            saved.setProperty(variable(node), Integer.toString(of(node)));
        }
        saved.setProperty(HTTP_VARIABLE, Integer.toString(http));
        saved.setProperty(ADMIN_VARIABLE, Integer.toString(admin));
    }

    /** Both spellings people try: HOLDFAST_REDISA_PORT and HOLDFAST_REDIS_A_PORT. */
    private static List<String> variables(NodeName node) {
        String spelled = "HOLDFAST_" + node.name() + "_PORT";
        return spelled.equals(variable(node)) ? List.of(spelled) : List.of(variable(node), spelled);
    }

    private static int port(Map<String, String> environment, Properties saved, List<String> variables, int preset) {
        for (String variable : variables) {
            OptionalInt given = parse(variable, Optional.ofNullable(environment.get(variable)));
            if (given.isPresent()) {
                return given.getAsInt();
            }
        }
        return parse(variables.get(0), Optional.ofNullable(saved.getProperty(variables.get(0))))
                .orElse(preset);
    }

    private static OptionalInt parse(String variable, Optional<String> text) {
        if (text.isEmpty() || text.get().isBlank()) {
            return OptionalInt.empty();
        }
        try {
            int port = Integer.parseInt(text.get().strip());
            check(variable, port);
            return OptionalInt.of(port);
        } catch (NumberFormatException e) {
            throw new LauncherException(
                    2, variable + "=" + text.get() + " is not a port; use a number from 1 to 65535");
        }
    }

    private static void check(String variable, int port) {
        if (port < 1 || port > 65535) {
            throw new LauncherException(2, variable + "=" + port + " is not a port; use a number from 1 to 65535");
        }
    }

    private static int holdRange(List<ServerSocket> held, int length) throws IOException {
        for (int attempt = 0; attempt < 50; attempt++) {
            List<ServerSocket> range = new ArrayList<>();
            ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            range.add(first);
            try {
                for (int next = 1; next < length; next++) {
                    range.add(new ServerSocket(first.getLocalPort() + next, 1, InetAddress.getLoopbackAddress()));
                }
                held.addAll(range);
                return first.getLocalPort();
            } catch (IOException | IllegalArgumentException taken) {
                range.forEach(Ports::close);
            }
        }
        throw new IOException("50 attempts to find " + length + " ports in a row failed");
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new LauncherException("cannot release port " + socket.getLocalPort(), e);
        }
    }
}
