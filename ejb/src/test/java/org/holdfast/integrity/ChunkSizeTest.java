package org.holdfast.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkSizeTest {
    @Test
    void itShrinksToTheSmallestAndThenSaysSo() {
        ChunkSize size = new ChunkSize();
        assertThat(size.rows()).isEqualTo(ChunkSize.LARGEST);

        int shrunk = 0;
        while (size.shrink()) {
            shrunk++;
        }

        assertThat(size.rows()).isEqualTo(ChunkSize.SMALLEST);
        assertThat(shrunk).isLessThan(10);
    }

    @Test
    void itGrowsBackToTheLargest() {
        ChunkSize size = new ChunkSize();
        size.shrink();
        int small = size.rows();

        size.grow();
        assertThat(size.rows()).isGreaterThan(small);
        for (int i = 0; i < 20; i++) {
            size.grow();
        }
        assertThat(size.rows()).isEqualTo(ChunkSize.LARGEST);
    }
}
