package org.holdfast.launcher;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The command line behind {@code ./holdfast}. */
public final class Main {
    private final Console console;
    private final Map<String, String> environment;
    private final Path project;

    private Main(Console console, Map<String, String> environment, Path project) {
        this.console = console;
        this.environment = environment;
        this.project = project;
    }

    public static void main(String[] arguments) {
        Console console = Console.standard();
        int exitCode;
        try {
            Path project = Path.of(System.getProperty("holdfast.project", "."));
            exitCode = new Main(console, System.getenv(), project).run(Arrays.asList(arguments));
        } catch (LauncherException e) {
            console.error("holdfast: " + e.getMessage());
            exitCode = e.exitCode();
        }
        System.exit(exitCode);
    }

    private int run(List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new LauncherException(2, "no command given; ./holdfast help lists them");
        }
        List<String> rest = arguments.subList(1, arguments.size());
        switch (arguments.get(0)) {
            case "up" -> up(UpOptions.parse(rest));
            case "down" -> down(rest);
            case "reset" -> reset(rest);
            case "status" -> new Status(saved(), console).print();
            case "node" -> node(rest);
            case "install" -> install(rest);
            case "evaluate" -> evaluate(rest);
            case "audit" -> {
                if (rest.isEmpty() || !rest.get(0).equals("verify")) {
                    throw AuditFile.usage();
                }
                return new AuditFile(console).verify(rest.subList(1, rest.size()));
            }
            case "load" -> {
                return load(rest);
            }
            default -> throw new LauncherException(2, "no such command: " + arguments.get(0));
        }
        return 0;
    }

    private void up(UpOptions options) {
        SavedTopology saved = savedTopology();
        ServerKind kind = options.server();
        // Without a number: as many as run now, so that a plain up brings back one that was killed.
        int instances = options.instances().orElse(saved.server() == kind ? saved.instances() : 1);
        TopologySettings settings = settings(saved, kind, instances);
        LocalTopology topology = new LocalTopology(settings, console);
        if (kind == ServerKind.NONE) {
            topology.startDatabases();
            console.step(
                    "PostgreSQL and Redis are up; superuser postgres, passwords in " + settings.home() + "/secrets");
            return;
        }
        topology.start();
        console.print("");
        for (int instance = 1; instance <= instances; instance++) {
            console.print("Holdfast is ready at " + topology.httpUrl(instance) + "/");
        }
        console.print("Users and passwords: " + settings.home() + "/credentials");
    }

    private void down(List<String> rest) {
        requireNone(rest, "down");
        saved().stop();
        console.step("nothing runs");
    }

    private void reset(List<String> rest) {
        requireNone(rest, "reset");
        saved().reset();
        console.step("data, logs and secrets are deleted");
    }

    private void node(List<String> rest) {
        if (rest.size() != 2) {
            throw new LauncherException(2, "usage: ./holdfast node kill|pause|resume|start NAME");
        }
        NodeControl node = saved().node(rest.get(1));
        switch (rest.get(0)) {
            case "kill" -> node.kill();
            case "pause" -> node.pause();
            case "resume" -> node.resume();
            case "start" -> node.start();
            default -> throw new LauncherException(2, "usage: ./holdfast node kill|pause|resume|start NAME");
        }
        console.print(node.name() + " is " + Status.word(node.state()));
    }

    private int load(List<String> rest) {
        if (rest.size() != 1) {
            throw new LauncherException(2, "usage: ./holdfast load FILE");
        }
        return new Loader(api(), console, Boolean.getBoolean("holdfast.terminal")).load(Path.of(rest.get(0)));
    }

    private void evaluate(List<String> rest) {
        if (rest.size() != 1) {
            throw new LauncherException(2, "usage: ./holdfast evaluate QUESTIONS");
        }
        new Evaluation(api(), console).run(Path.of(rest.get(0)));
    }

    private ApiClient api() {
        LocalTopology topology = saved();
        if (!topology.isSetUp()) {
            throw new LauncherException("nothing is set up yet; run ./holdfast up first");
        }
        Secrets secrets = topology.secrets();
        return new ApiClient(topology.httpUrl(1), secrets.get("AGENT_USER"), secrets.get("AGENT_PASSWORD"));
    }

    private void install(List<String> rest) {
        LocalTopology topology = saved();
        if (rest.equals(List.of("--tests"))) {
            topology.installForTests();
        } else {
            requireNone(rest, "install");
            topology.install();
        }
        console.step("everything that is needed is installed");
    }

    private LocalTopology saved() {
        SavedTopology saved = savedTopology();
        return new LocalTopology(settings(saved, saved.server(), saved.instances()), console);
    }

    private SavedTopology savedTopology() {
        return SavedTopology.read(new Home(homePath(), ServerUser.detect()));
    }

    private TopologySettings settings(SavedTopology saved, ServerKind kind, int instances) {
        Ports ports = Ports.fromEnvironment(environment, saved.ports());
        return new TopologySettings(project, homePath(), ports, kind, instances, environment);
    }

    private Path homePath() {
        String given = environment.getOrDefault("HOLDFAST_HOME", "");
        return given.isBlank() ? project.resolve(".holdfast") : Path.of(given);
    }

    private static void requireNone(List<String> rest, String command) {
        if (!rest.isEmpty()) {
            throw new LauncherException(2, command + " takes no arguments, got " + String.join(" ", rest));
        }
    }
}
