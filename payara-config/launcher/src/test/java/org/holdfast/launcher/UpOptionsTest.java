package org.holdfast.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class UpOptionsTest {
    @Test
    void aPlainUpMeansPayaraServer() {
        assertThat(UpOptions.parse(List.of()).server()).isEqualTo(ServerKind.SERVER);
        assertThat(UpOptions.parse(List.of()).instances()).isEmpty();
    }

    @Test
    void optionsComeInAnyOrder() {
        UpOptions options = UpOptions.parse(List.of("--instances", "3", "--micro"));

        assertThat(options.server()).isEqualTo(ServerKind.MICRO);
        assertThat(options.instances()).hasValue(3);
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> UpOptions.parse(List.of("--instances", "many")))
                .hasMessageContaining("'many'");
        assertThatThrownBy(() -> UpOptions.parse(List.of("--mikro"))).hasMessageContaining("--mikro");
    }
}
