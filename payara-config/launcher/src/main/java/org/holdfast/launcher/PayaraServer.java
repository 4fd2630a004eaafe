package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Payara Server as one Java process, started without asadmin, which would only start the same process after a JVM of its
 * own. The EAR is deployed when the server is up: deployed by a boot command, its start-up beans do not see the
 * application's MicroProfile configuration.
 */
final class PayaraServer {
    static final String APPLICATION = "holdfast";
    private static final Duration DEPLOY_MAX = Duration.ofMinutes(5);

    private final PayaraDistribution distribution;
    private final PayaraDomain domain;

    PayaraServer(TopologyContext context, Path zip, Path directory) {
        this.distribution = new PayaraDistribution(zip, context.home().payara());
        this.distribution.unpackIfMissing(context.progress());
        this.domain = new PayaraDomain(distribution.glassfish(), domainIn(directory));
    }

    static Path domainIn(Path directory) {
        return directory.resolve("domain");
    }

    /** Makes the domain; {@code libraries} go to where every application of the server sees them. */
    void prepare(DomainPorts ports, String address, List<Path> libraries) {
        domain.create(ports.http(), ports.admin(), address);
        try {
            for (Path library : libraries) {
                Files.copy(library, domain.directory().resolve("lib").resolve(library.getFileName()));
            }
            ServerLogging.write(domain.directory().resolve("config/logging.properties"));
        } catch (IOException e) {
            throw new LauncherException("cannot prepare " + domain.directory() + ": " + e.getMessage(), e);
        }
    }

    record DomainPorts(int http, int admin) {}

    /** The arguments of the Java process. */
    List<String> arguments(Path bootCommands) {
        try {
            Path before = Files.copy(bootCommands, domain.directory().resolve("pre-boot.asadmin"));
            List<String> arguments = new ArrayList<>(domain.jvmOptions());
            arguments.add("-Dcom.sun.aas.installRoot=" + distribution.glassfish());
            arguments.add("-Dcom.sun.aas.instanceRoot=" + domain.directory());
            arguments.addAll(List.of(
                    "-cp",
                    distribution.glassfish().resolve("modules/glassfish.jar").toString()));
            arguments.add("com.sun.enterprise.glassfish.bootstrap.ASMain");
            arguments.addAll(List.of(
                    "-domainname", "domain1", "-domaindir", domain.directory().toString()));
            arguments.addAll(
                    List.of("-instancename", "server", "-type", "DAS", "-verbose", "true", "-read-stdin", "false"));
            arguments.addAll(List.of("-upgrade", "false", "-watchdog", "false", "-debug", "false"));
            arguments.addAll(List.of("-prebootcommandfile", before.toString()));
            return arguments;
        } catch (IOException e) {
            throw new LauncherException("cannot prepare " + domain.directory() + ": " + e.getMessage(), e);
        }
    }

    /** Deploys to the server that listens on the administration port; returns what went wrong, if anything. */
    Optional<String> deploy(Path application, int adminPort, ServerUser user) {
        Command.Result result = Command.as(user, Path.of(System.getProperty("java.home"), "bin", "java"))
                // asadmin keeps a file in its user's home, and the servers' user has none.
                .with("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.home=" + domain.directory())
                .with(
                        "-jar",
                        distribution
                                .glassfish()
                                .resolve("lib/client/appserver-cli.jar")
                                .toString())
                .with("--host", "localhost", "--port", Integer.toString(adminPort), "--interactive=false")
                .with("deploy", "--name", APPLICATION, "--upload=false", application.toString())
                .in(domain.directory())
                .atMost(DEPLOY_MAX)
                .run();
        return result.succeeded() ? Optional.empty() : Optional.of(result.lastLines(3));
    }
}
