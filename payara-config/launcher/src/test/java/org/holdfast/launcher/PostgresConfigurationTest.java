package org.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PostgresConfigurationTest {
    private final Certificates certificates = new Certificates(Path.of("/home/o'brien/tls"), ServerUser.detect());

    @Test
    void everyWayInIsEncryptedAndAsksForAPassword() {
        assertThat(PostgresConfiguration.HOST_BASED_ACCESS.lines())
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).startsWith("hostssl").endsWith("scram-sha-256"));
    }

    @Test
    void quotesInPathsAreDoubled() {
        String rendered = configuration().render();

        assertThat(rendered).contains("ssl_key_file = '/home/o''brien/tls/server.key'\n");
        assertThat(rendered).contains("port = '15433'\n").contains("wal_level = 'logical'\n");
    }

    @Test
    void onlyAFollowerNamesWhomItFollows() {
        assertThat(configuration().render()).doesNotContain("primary_conninfo");
        assertThat(configuration()
                        .following("host=localhost", Path.of("/p"), "replica1")
                        .render())
                .contains("primary_conninfo = 'host=localhost passfile=''/p'''\n")
                .contains("primary_slot_name = 'replica1'\n");
    }

    @Test
    void statementsAreCountedWhereThatCanBe() {
        assertThat(configuration().render()).doesNotContain("shared_preload_libraries");
        assertThat(configuration().countingStatements().render())
                .contains("shared_preload_libraries = 'pg_stat_statements'\n");
    }

    private PostgresConfiguration configuration() {
        return new PostgresConfiguration(NodeName.REPLICA1, 15433, certificates, Path.of("/x/access.conf"));
    }
}
