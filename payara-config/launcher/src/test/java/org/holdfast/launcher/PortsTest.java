package org.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void withoutEnvironmentThePortsAreTheDocumentedOnes() {
        Ports ports = Ports.fromEnvironment(Map.of());

        assertThat(ports.of(NodeName.PRIMARY)).isEqualTo(15432);
        assertThat(ports.of(NodeName.FAILOVER_REPLICA1)).isEqualTo(15443);
        assertThat(ports.of(NodeName.REDIS_B)).isEqualTo(16380);
        assertThat(ports.http(3)).isEqualTo(8082);
    }

    @Test
    void bothSpellingsOfACompoundNameAreUnderstood() {
        Ports ports = Ports.fromEnvironment(
                Map.of("HOLDFAST_FAILOVERREPLICA1_PORT", "1001", "HOLDFAST_REDIS_A_PORT", "1002"));
        Ports others = Ports.fromEnvironment(
                Map.of("HOLDFAST_FAILOVER_REPLICA1_PORT", "1001", "HOLDFAST_REDISA_PORT", "1002"));

        assertThat(ports).isEqualTo(others);
        assertThat(ports.of(NodeName.FAILOVER_REPLICA1)).isEqualTo(1001);
    }

    @Test
    void theEnvironmentBeatsWhatWasSavedAndThatBeatsTheDefault() {
        Properties saved = new Properties();
        Ports.fromEnvironment(Map.of("HOLDFAST_PRIMARY_PORT", "2001", "HOLDFAST_HTTP_PORT", "2002"))
                .saveTo(saved);

        Ports ports = Ports.fromEnvironment(Map.of("HOLDFAST_HTTP_PORT", "3002"), saved);

        assertThat(ports.of(NodeName.PRIMARY)).isEqualTo(2001);
        assertThat(ports.http()).isEqualTo(3002);
    }

    @Test
    void anImpossiblePortIsRefusedByNameAndValue() {
        assertThatThrownBy(() -> Ports.fromEnvironment(Map.of("HOLDFAST_PRIMARY_PORT", "abc")))
                .hasMessage("HOLDFAST_PRIMARY_PORT=abc is not a port; use a number from 1 to 65535");
        assertThatThrownBy(() -> Ports.fromEnvironment(Map.of("HOLDFAST_HTTP_PORT", "70000")))
                .hasMessageContaining("HOLDFAST_HTTP_PORT=70000");
    }

    @Test
    void freePortsDiffer() {
        Ports ports = Ports.free(2);

        assertThat(ports.nodes().values()).doesNotHaveDuplicates().doesNotContain(ports.http(), ports.http(2));
    }
}
