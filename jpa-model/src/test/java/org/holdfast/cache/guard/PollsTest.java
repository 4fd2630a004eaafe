package org.holdfast.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PollsTest {
    private final Polls polls = new Polls(100);

    @Test
    void nothingIsBelievedBeforeTheFirst() {
        assertThat(polls.holds(0)).isFalse();
        assertThat(polls.covers(-1)).isFalse();
    }

    @Test
    void oneIsGoodForItsLifeFromWhenItBegan() {
        polls.succeeded(10);
        assertThat(polls.holds(109)).isTrue();
        assertThat(polls.holds(110)).isFalse();
    }

    @Test
    void whatWasCommittedAfterItBeganIsNotKnown() {
        polls.succeeded(10);
        assertThat(polls.covers(10)).isTrue();
        assertThat(polls.covers(11)).isFalse();
        polls.succeeded(20);
        assertThat(polls.covers(11)).isTrue();
    }

    @Test
    void anotherHistoryBeginsWithNothing() {
        polls.succeeded(10);
        polls.forget();
        assertThat(polls.holds(11)).isFalse();
        assertThat(polls.covers(10)).isFalse();
    }
}
