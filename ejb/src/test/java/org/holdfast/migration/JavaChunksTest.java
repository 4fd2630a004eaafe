package org.holdfast.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaChunksTest {
    private record Step(String name) implements JavaChunk {
        @Override
        public void migrate(Connection connection, List<String> keys) {}
    }

    @Test
    void aStepIsFoundByItsName() {
        JavaChunks steps = JavaChunks.of(List.of(new Step("second"), new Step("first")));

        assertThat(steps.named("first")).contains(new Step("first"));
        assertThat(steps.named("third")).isEmpty();
        assertThat(steps.names()).containsExactly("first", "second");
        assertThat(JavaChunks.none().names()).isEmpty();
    }

    @Test
    void twoOfOneNameAreRefused() {
        List<JavaChunk> steps = List.of(new Step("same"), new Step("same"));

        assertThatThrownBy(() -> JavaChunks.of(steps))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'same'")
                .hasMessageContaining(Step.class.getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "one,two", "a=b"})
    void aNameThatNoFileCanSayIsRefused(String name) {
        assertThatThrownBy(() -> JavaChunks.of(List.of(new Step(name)))).hasMessageContaining("'" + name + "'");
    }
}
