package org.holdfast.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MarkTest {
    private static Mark at(long databaseMillis) {
        return new Mark("10:12:11", databaseMillis);
    }

    @Test
    void itIsReadAsItWasWritten() {
        assertThat(Mark.parse(at(5).text())).contains(at(5));
        assertThat(Mark.parse(new Mark("10:10:", 5).text())).contains(new Mark("10:10:", 5));
    }

    @Test
    void anythingElseIsNone() {
        for (String text : new String[] {"", "5", "x 10:10:", "5 10:10", "5 10:10:; drop", " 10:10:"}) {
            assertThat(Mark.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void whatIsDeletedOnlyLaterIsNotMissed() {
        assertThat(at(0).isFollowedBy(at(100), 100)).isTrue();
        assertThat(at(0).isFollowedBy(at(101), 100)).isFalse();
    }

    @Test
    void aClockThatWasSetBackProvesNothing() {
        assertThat(at(50).isFollowedBy(at(49), 100)).isFalse();
    }
}
