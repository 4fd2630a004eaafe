package org.holdfast.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the application server logs: plain lines on standard output, which the launcher leads into one file a node. A token
 * that is refused is its caller's fault and no stack trace in the log.
 */
final class ServerLogging {
    private static final String PROPERTIES = """
            handlers=java.util.logging.ConsoleHandler
            handlerServices=
            java.util.logging.ConsoleHandler.level=ALL
            java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
            java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n
            .level=INFO
            com.hazelcast.level=WARNING
            fish.payara.microprofile.jwtauth.eesecurity.SignedJWTIdentityStore.level=WARNING
            javax.enterprise.system.security.ssl.level=SEVERE
            """;

    private ServerLogging() {}

    static Path write(Path file) throws IOException {
        return Files.writeString(file, PROPERTIES);
    }
}
