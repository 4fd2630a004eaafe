package org.holdfast.launcher;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/** One Redis server: a cache without persistence, reachable over TLS with a password. */
final class RedisNode implements LocalNode {
    static final String MEMORY_VARIABLE = "HOLDFAST_REDIS_MAXMEMORY";
    private static final String MEMORY_DEFAULT = "256mb";
    private static final Duration START_MAX = Duration.ofSeconds(20);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(30);

    private final NodeName name;
    private final TopologyContext context;
    private final Supplier<Path> program;
    private final Path directory;
    private final String memoryMax;

    RedisNode(NodeName name, TopologyContext context, Supplier<Path> program, Map<String, String> environment) {
        this.name = name;
        this.context = context;
        this.program = program;
        this.directory = context.home().node(name.label());
        this.memoryMax = environment.getOrDefault(MEMORY_VARIABLE, MEMORY_DEFAULT);
    }

    @Override
    public String name() {
        return name.label();
    }

    @Override
    public String role() {
        return name.role();
    }

    @Override
    public int port() {
        return context.ports().of(name);
    }

    @Override
    public NodeProcesses processes() {
        return new NodeProcesses(directory);
    }

    @Override
    public void start() {
        processes().resume();
        if (answers()) {
            return;
        }
        processes().kill();
        PortCheck.requireFree(port(), name(), Ports.variable(name));
        context.user().makeDirectory(directory, "rwx------");
        Path configuration = directory.resolve("redis.conf");
        context.user().writePrivate(configuration, configuration());
        Path log = context.home().log(name());
        long from = new LogFile(log).size();
        Process process = Command.as(context.user(), program.get())
                .with(configuration.toString())
                .in(directory)
                .cleanEnvironment()
                .logTo(log)
                .startServer();
        Waiting.until(START_MAX, POLL, () -> !process.isAlive() || answers());
        if (!process.isAlive() || !answers()) {
            throw new LauncherException(name() + " does not start; the end of " + log + ":" + System.lineSeparator()
                    + String.join(System.lineSeparator(), new LogFile(log).tail(from, 8)));
        }
    }

    @Override
    public void stop() {
        processes().stop("TERM", STOP_MAX);
    }

    boolean answers() {
        return RedisPing.answers(
                port(), context.certificates().authority(), context.secrets().get("REDIS_PASSWORD"));
    }

    private String configuration() {
        return """
                bind 127.0.0.1 -::1
                protected-mode yes
                port 0
                tls-port %d
                tls-cert-file "%s"
                tls-key-file "%s"
                tls-ca-cert-file "%s"
                tls-auth-clients no
                requirepass %s
                daemonize no
                dir "%s"
                save ""
                appendonly no
                maxmemory %s
                maxmemory-policy allkeys-lru
                """.formatted(
                        port(),
                        context.certificates().server(),
                        context.certificates().serverKey(),
                        context.certificates().authority(),
                        context.secrets().get("REDIS_PASSWORD"),
                        directory,
                        memoryMax);
    }
}
