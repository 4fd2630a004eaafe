package org.holdfast.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** One instance of the application: started with what the build made last, stopped, started again when that changes. */
final class ApplicationNode implements LocalNode {
    static final String JAVA_OPTIONS = "HOLDFAST_JAVA_OPTS";
    /** A shared library that the application's process alone is to load first; the tests set its clock so. */
    static final String JAVA_PRELOAD = "HOLDFAST_JAVA_PRELOAD";

    static final String ADDRESS = "HOLDFAST_HTTP_ADDRESS";
    private static final String HEAP_DEFAULT = "-Xmx1g";
    private static final Duration READY_MAX = Duration.ofMinutes(5);
    private static final Duration GONE_FOR = Duration.ofSeconds(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

    private final int instance;
    private final TopologyContext context;
    private final TopologySettings settings;
    private final ServerKind kind;
    private final Path directory;

    ApplicationNode(int instance, TopologyContext context, TopologySettings settings, ServerKind kind) {
        this.instance = instance;
        this.context = context;
        this.settings = settings;
        this.kind = kind;
        this.directory = context.home().node(name());
    }

    @Override
    public String name() {
        return "app" + instance;
    }

    @Override
    public String role() {
        return ApplicationEnvironment.ROLE;
    }

    @Override
    public int port() {
        return context.ports().http(instance);
    }

    @Override
    public NodeProcesses processes() {
        return new NodeProcesses(directory);
    }

    @Override
    public void start() {
        Artifacts artifacts = Artifacts.of(settings.project(), kind);
        String fingerprint = artifacts.fingerprint() + options() + settingsDigest();
        processes().resume();
        if (processes().isRunning() && fingerprint.equals(startedWith().fingerprint())) {
            awaitReady(startedWith().logFrom());
            return;
        }
        if (processes().isRunning()) {
            context.progress().step(name() + ": the running server has an older build or other settings, restarting");
            stop();
        }
        PortCheck.requireFree(port(), name(), Ports.httpVariable());
        if (kind == ServerKind.SERVER) {
            PortCheck.requireFree(context.ports().admin(instance), name() + " administration", Ports.adminVariable());
        }
        prepare(artifacts);
        long from = new LogFile(log()).size();
        command(artifacts).startServer();
        if (kind == ServerKind.SERVER) {
            deploy(application(artifacts), from);
        }
        // Only now: a server whose application was not deployed is started anew next time.
        remember(new Start(from, fingerprint));
        awaitReady(from);
    }

    @Override
    public void stop() {
        processes().stop("TERM", STOP_MAX);
    }

    private void prepare(Artifacts artifacts) {
        context.user().makeDirectory(directory, "rwx------");
        try {
            Home.deleteTree(directory.resolve("tmp"));
            Home.deleteTree(directory.resolve("micro"));
            Home.deleteTree(directory.resolve("lib"));
            context.user().makeDirectory(directory.resolve("tmp"), "rwx------");
            Path libraries = Files.createDirectories(directory.resolve("lib"));
            for (Path library : artifacts.libraries()) {
                Files.copy(library, libraries.resolve(library.getFileName()));
            }
            Files.copy(artifacts.application(), application(artifacts), StandardCopyOption.REPLACE_EXISTING);
            RedissonFile.write(context, RedissonFile.in(directory), site().redis());
            RedissonFile.write(
                    context, RedissonFile.ofOtherSite(directory), site().other().redis());
        } catch (IOException e) {
            throw new LauncherException(name() + ": cannot prepare " + directory + ": " + e.getMessage(), e);
        }
    }

    private Path application(Artifacts artifacts) {
        return directory.resolve(artifacts.application().getFileName());
    }

    private Command command(Artifacts artifacts) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> arguments = new ArrayList<>(List.of(HEAP_DEFAULT));
        // Libraries with native code unpack it into the temporary directory, and a killed server never cleans up.
        arguments.add("-Djava.io.tmpdir=" + directory.resolve("tmp"));
        arguments.add("-Duser.home=" + directory);
        // Otherwise every call of jakarta.json.Json, several for each token, looks for a provider in all jars.
        arguments.add("-Djakarta.json.provider=org.eclipse.parsson.JsonProviderImpl");
        arguments.addAll(options());
        arguments.addAll(kind == ServerKind.SERVER ? server(artifacts) : micro(artifacts));
        context.user().makeDirectory(directory, "rwx------");
        context.user().ownTree(directory);
        // By env: what starts the process would otherwise load it too, as another user.
        return Command.as(context.user(), Path.of("/usr/bin/env"))
                .with(preload())
                .with(java)
                .with(arguments.toArray(String[]::new))
                .in(directory)
                .env(handedOn())
                .env(ApplicationEnvironment.of(context, instance, settings.instances(), settings.environment()))
                .env("HOME", directory.toString())
                .logTo(log());
    }

    private List<String> server(Artifacts artifacts) {
        PayaraServer server = payaraServer();
        var ports = new PayaraServer.DomainPorts(port(), context.ports().admin(instance));
        server.prepare(ports, address(), libraries(artifacts));
        return server.arguments(artifacts.bootCommands());
    }

    private PayaraServer payaraServer() {
        return new PayaraServer(context, Artifacts.payaraServer(settings.project()), directory);
    }

    private void deploy(Path application, long logFrom) {
        BootLog boot = new BootLog(new LogFile(log()), logFrom);
        context.progress().step(name() + ": starting Payara Server");
        Waiting.until(READY_MAX, POLL, () -> boot.isBooted() || hasEnded());
        if (!boot.isBooted() || hasEnded()) {
            processes().kill();
            throw new LauncherException(name() + " does not start: " + boot.stage() + boot.tail());
        }
        context.progress().step(name() + ": deploying the application");
        Optional<String> failure =
                payaraServer().deploy(application, context.ports().admin(instance), context.user());
        if (failure.isPresent()) {
            // Left running it would hold the port and look like an application that is slow to come up.
            processes().kill();
            throw new LauncherException(
                    name() + " does not start: " + boot.deploymentFailure(failure.get()) + boot.tail());
        }
    }

    private List<String> micro(Artifacts artifacts) {
        PayaraMicro micro = new PayaraMicro(directory.resolve("micro"));
        return micro.arguments(
                artifacts.bootCommands(), application(artifacts), libraries(artifacts), address(), port());
    }

    private List<Path> libraries(Artifacts artifacts) {
        return artifacts.libraries().stream()
                .map(library -> directory.resolve("lib").resolve(library.getFileName()))
                .toList();
    }

    // Of what the user gave alone: how many instances there are is another number for a node that is asked for by its
    // name.
    private String settingsDigest() {
        Map<String, String> given = handedOn();
        given.remove(JAVA_OPTIONS);
        return Home.digest(given + " " + context.detours().instances().get(instance));
    }

    // Configuration of the application that the user or a test set; where both speak, the topology's own word wins.
    private Map<String, String> handedOn() {
        Map<String, String> variables = new TreeMap<>(settings.environment());
        variables
                .keySet()
                .removeIf(name -> Stream.of("HOLDFAST_", "MP_", "FAKETIME_").noneMatch(name::startsWith));
        return variables;
    }

    private RedisSite site() {
        return RedisSite.of(settings.environment(), instance);
    }

    private List<String> options() {
        String given = settings.environment().getOrDefault(JAVA_OPTIONS, "").strip();
        return given.isEmpty() ? List.of() : List.of(given.split("\\s+"));
    }

    private String[] preload() {
        String library = settings.environment().getOrDefault(JAVA_PRELOAD, "");
        return library.isEmpty() ? new String[0] : new String[] {"LD_PRELOAD=" + library};
    }

    private String address() {
        return settings.environment().getOrDefault(ADDRESS, "127.0.0.1");
    }

    private Path log() {
        return context.home().log(name());
    }

    private void awaitReady(long from) {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        long start = System.nanoTime();
        BootLog boot = new BootLog(new LogFile(log()), from);
        boolean announced = false;
        Duration waited = Duration.ZERO;
        Duration nextReport = REPORT_EVERY;
        while (waited.compareTo(READY_MAX) < 0) {
            if (isReady(client)) {
                if (announced) {
                    context.progress().step(name() + ": ready after " + waited.toSeconds() + " s");
                }
                return;
            }
            Optional<String> failure = hasEnded() ? Optional.of("the process ended") : boot.failure();
            if (failure.isPresent()) {
                // Left running it would hold the port and look like an application that is slow to come up.
                processes().kill();
                throw new LauncherException(name() + " does not start: " + failure.get() + boot.tail());
            }
            if (!announced) {
                announced = true;
                context.progress().step(name() + ": waiting until it is ready");
            } else if (waited.compareTo(nextReport) >= 0) {
                nextReport = nextReport.plus(REPORT_EVERY);
                context.progress().step(name() + ": still starting; " + boot.stage());
            }
            Waiting.pause(POLL);
            waited = Duration.ofNanos(System.nanoTime() - start);
        }
        throw new LauncherException(
                name() + " is not ready after " + READY_MAX.toSeconds() + " s: " + boot.stage() + boot.tail());
    }

    // A process that is just changing its program or user is missing from the list for a moment.
    private boolean hasEnded() {
        return !Waiting.until(GONE_FOR, POLL, () -> processes().isRunning());
    }

    private boolean isReady(HttpClient client) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted", e);
        }
    }

    /** Where in the log the running server's own lines begin, and what it was started with. */
    private record Start(long logFrom, String fingerprint) {
        static Start parse(String text) {
            int end = text.indexOf('\n');
            return end < 0
                    ? new Start(0, "")
                    : new Start(Long.parseLong(text.substring(0, end)), text.substring(end + 1));
        }

        String render() {
            return logFrom + "\n" + fingerprint;
        }
    }

    private void remember(Start start) {
        try {
            Files.writeString(directory.resolve("started-with"), start.render());
        } catch (IOException e) {
            throw new LauncherException("cannot write in " + directory + ": " + e.getMessage(), e);
        }
    }

    private Start startedWith() {
        try {
            Path file = directory.resolve("started-with");
            return Start.parse(Files.exists(file) ? Files.readString(file) : "");
        } catch (IOException | NumberFormatException e) {
            return Start.parse("");
        }
    }
}
