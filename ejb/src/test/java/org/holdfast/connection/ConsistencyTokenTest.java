package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.holdfast.topology.LogPosition;
import org.junit.jupiter.api.Test;

class ConsistencyTokenTest {
    @Test
    void readsWhatItWrites() {
        ConsistencyToken token = new ConsistencyToken(7, LogPosition.parse("0/16B3748"));

        assertThat(token).hasToString("7-0/16B3748");
        assertThat(ConsistencyToken.parse("7-0/16B3748")).isEqualTo(token);
    }

    @Test
    void refusesAnythingElseAsTheCallersFault() {
        for (String text :
                new String[] {"", "-", "7", "7-", "-0/1", "0-0/1", "x-0/1", "7-0", "-7-0/1", "7-" + "0".repeat(99)}) {
            assertThatThrownBy(() -> ConsistencyToken.parse(text))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.category()).isEqualTo(ErrorCategory.VALIDATION));
        }
    }
}
