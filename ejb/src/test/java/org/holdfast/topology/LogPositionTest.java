package org.holdfast.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LogPositionTest {
    @Test
    void readsAndWritesWhatPostgresWrites() {
        assertThat(LogPosition.parse("16/B374D848")).hasToString("16/B374D848");
        assertThat(LogPosition.parse("0/16b3748").bytes()).isEqualTo(0x16B3748L);
        assertThat(LogPosition.parse("FFFFFFFF/FFFFFFFF")).hasToString("FFFFFFFF/FFFFFFFF");
    }

    @Test
    void ordersAsUnsignedNumbers() {
        LogPosition small = LogPosition.parse("0/1");
        LogPosition huge = LogPosition.parse("80000000/0");

        assertThat(small.isBefore(huge)).isTrue();
        assertThat(huge.isBefore(small)).isFalse();
        assertThat(small.isBefore(small)).isFalse();
        assertThat(small.bytesUpTo(LogPosition.parse("0/11"))).isEqualTo(16);
        assertThat(huge.bytesUpTo(small)).isZero();
    }

    @Test
    void refusesAnythingElse() {
        for (String text : new String[] {"", "/", "0", "0/", "G/0", "0/123456789", "-1/0", "0/1 "}) {
            assertThatThrownBy(() -> LogPosition.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + text + "'");
        }
    }
}
