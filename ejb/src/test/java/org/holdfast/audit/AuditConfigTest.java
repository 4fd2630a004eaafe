package org.holdfast.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class AuditConfigTest {
    private static AuditConfig config(Optional<Path> signingKey, OptionalInt months) {
        return new AuditConfig(signingKey, List.of(), Duration.ofSeconds(1), months);
    }

    @Test
    void entriesLeaveOnlyWhereItCanBeSigned() {
        Optional<Path> key = Optional.of(Path.of("audit.key"));

        assertThat(config(Optional.empty(), OptionalInt.empty()).retentionMonths())
                .isEmpty();
        assertThat(config(key, OptionalInt.of(1)).retentionMonths()).hasValue(1);
        assertThatThrownBy(() -> config(Optional.empty(), OptionalInt.of(12)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holdfast.audit.retention-months = '12'")
                .hasMessageContaining("holdfast.audit.signing-key");
    }
}
