package org.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootLogTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void theApplicationsOwnExceptionIsTheCause() throws IOException {
        BootLog log = log("""
                SEVERE core: Exception while loading the app
                SEVERE core: Exception while loading the app : java.lang.IllegalStateException: ContainerBase.addChild: start: org.apache.catalina.LifecycleException: java.lang.IllegalStateException: key x is 0
                WARNING BootCommand: Boot Command deploy failed PlainTextActionReporterFAILURE
                """);

        assertThat(log.failure()).hasValue("java.lang.IllegalStateException: key x is 0");
    }

    @Test
    void aPersistenceUnitThatIsRefusedIsAFailure() throws IOException {
        BootLog log = log("""
                SEVERE core: Exception [EclipseLink-28014] : org.eclipse.persistence.exceptions.EntityManagerSetupException
                Caused by: java.lang.IllegalArgumentException: key x is 0
                INFO PayaraMicro: ready
                """);

        assertThat(log.failure().orElseThrow()).endsWith("key x is 0");
    }

    @Test
    void aServerThatStartsHasNotFailed() throws IOException {
        BootLog log = log("INFO BootCommand: Boot Command deploy returned with result SUCCESS\n");

        assertThat(log.failure()).isEmpty();
        assertThat(log.stage()).contains("SUCCESS");
    }

    @Test
    void theTailLeavesOutTheFrames() throws IOException {
        BootLog log = log("first\n\tat org.glassfish.A.b(A.java:1)\nlast\n");

        assertThat(log.tail()).contains("first").contains("last").doesNotContain("glassfish");
    }

    private BootLog log(String text) throws IOException {
        return new BootLog(new LogFile(Files.writeString(directory.resolve("log"), text)), 0);
    }
}
