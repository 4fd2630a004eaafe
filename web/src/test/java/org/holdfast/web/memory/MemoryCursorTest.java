package org.holdfast.web.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.UUID;
import org.holdfast.memory.MemoryPosition;
import org.holdfast.web.Cursor;
import org.holdfast.web.ProblemException;
import org.junit.jupiter.api.Test;

class MemoryCursorTest {
    @Test
    void aCursorLeadsBackToItsPosition() {
        for (int turn : new int[] {0, 7, MemoryPosition.NO_TURN}) {
            MemoryPosition position = new MemoryPosition(turn, new UUID(-5, 9));

            assertThat(MemoryCursor.read(MemoryCursor.of(position))).contains(position);
        }
        assertThat(MemoryCursor.read(null)).isEmpty();
    }

    @Test
    void anythingElseIsRefused() {
        for (String bad : new String[] {
            "", "x", "!!!", "' or 1=1 --", Cursor.after(3), Cursor.after(new UUID(1, 2)), "A".repeat(5000)
        }) {
            assertThatThrownBy(() -> MemoryCursor.read(bad)).as(bad).isInstanceOf(ProblemException.class);
        }
    }
}
