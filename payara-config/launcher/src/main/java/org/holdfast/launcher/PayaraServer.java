package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Payara Server as one Java process that deploys the EAR while it boots. asadmin would start the same process, and
 * deploy by a second one, each after starting a JVM of its own.
 */
final class PayaraServer {
    static final String APPLICATION = "holdfast";

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
    List<String> arguments(Path bootCommands, Path application) {
        try {
            Path before = Files.copy(bootCommands, domain.directory().resolve("pre-boot.asadmin"));
            Path after = Files.writeString(
                    domain.directory().resolve("post-boot.asadmin"),
                    "deploy --name=" + APPLICATION + " " + application + "\n");
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
            arguments.addAll(
                    List.of("-prebootcommandfile", before.toString(), "-postbootcommandfile", after.toString()));
            return arguments;
        } catch (IOException e) {
            throw new LauncherException("cannot prepare " + domain.directory() + ": " + e.getMessage(), e);
        }
    }
}
