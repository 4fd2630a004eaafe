package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoryConfigTest {
    @Test
    void valuesOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> new MemoryConfig(Optional.empty(), 0, 10))
                .hasMessage("embeddings at once = 0 is not from 1 to 256");
        assertThatThrownBy(() -> new MemoryConfig(Optional.empty(), 1, -1))
                .hasMessage("vectors remembered = -1 is not from 0 to 1000000");
    }

    @Test
    void aModelThatIsNoneIsRefusedByName() {
        assertThatThrownBy(() -> EmbeddingModels.load(Optional.of("java.lang.String")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holdfast.memory.embedding-model = 'java.lang.String'");
    }
}
