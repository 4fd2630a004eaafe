package org.holdfast.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final Duration TTL = Duration.ofMillis(600);
    private static final long VOTE_LIFE = 631;

    private final VoteMemory memory = new VoteMemory(Optional.empty());
    private final Standing standing = new Standing(
            new FailoverConfig("app1", List.of("app1"), true, TTL, Duration.ofMillis(1500), Optional.empty()),
            memory,
            0);

    private static long at(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    @BeforeEach
    void votesForEpochOne() {
        assertThat(standing.begin(1, at(0))).as("the first renewal").isEmpty();
        standing.answered(1, "ticket 1", at(1));
        standing.allow(1);
        standing.beat(at(150));
        assertThat(standing.begin(1, at(150))).contains("ticket 1");
    }

    @Test
    void aRefusingHeadIsLostOnceTheLastVoteIsDead() {
        standing.refused(1);
        standing.refused(1);

        assertThat(standing.whyLost(1, at(VOTE_LIFE)))
                .as("its last vote may be alive")
                .isEmpty();
        assertThat(standing.whyLost(1, at(1 + VOTE_LIFE))).contains("it refuses connections");
    }

    @Test
    void aSingleRefusalIsNoLoss() {
        standing.refused(1);

        assertThat(standing.whyLost(1, at(10_000))).isEmpty();
    }

    @Test
    void aSilentHeadIsLostAfterTheConfiguredTime() {
        for (long now = 150; now < 1650; now += 50) {
            standing.beat(at(now));
            assertThat(standing.whyLost(1, at(now))).isEmpty();
        }
        standing.beat(at(1650));

        assertThat(standing.whyLost(1, at(1650))).contains("it has been silent for 1500 ms");
    }

    @Test
    void aHeadThatAnswersWithAnErrorIsNotLost() {
        for (int n = 1; n < 100; n++) {
            standing.beat(at(150 + 50 * n));
            standing.alive(1);
        }

        assertThat(standing.whyLost(1, at(5150))).isEmpty();
    }

    @Test
    void aStandstillOfThisProcessIsNoSilenceOfTheHead() {
        standing.beat(at(200));
        standing.beat(at(60_000));

        assertThat(standing.whyLost(1, at(60_000))).isEmpty();
    }

    @Test
    void anAnswerMakesGood() {
        standing.refused(1);
        standing.refused(1);
        standing.answered(1, "ticket 2", at(900));

        assertThat(standing.whyLost(1, at(5000))).isEmpty();
        assertThat(standing.begin(1, at(950))).contains("ticket 2");
    }

    @Test
    void whoGaveAnEpochUpVotesForItNoMoreUntilAllowedAgain() {
        assertThat(standing.giveUp(1, at(VOTE_LIFE)))
                .as("its last vote may be alive")
                .isFalse();
        assertThat(standing.giveUp(1, at(1 + VOTE_LIFE))).isTrue();
        assertThat(memory.promised()).contains(2L);

        assertThat(standing.begin(1, at(700))).isEmpty();
        standing.answered(1, "ticket 2", at(710));
        assertThat(standing.begin(1, at(850))).as("asks, and does not vote").isEmpty();
        standing.answered(1, "ticket 3", at(860));
        assertThat(standing.wantsToVote(1)).isTrue();

        standing.allow(1);
        assertThat(memory.promised()).contains(1L);
        assertThat(standing.begin(1, at(1000))).contains("ticket 3");
    }

    @Test
    void anEpochThatWasPromisedMayBeVotedForAtOnce() {
        assertThat(standing.giveUp(1, at(1 + VOTE_LIFE))).isTrue();

        assertThat(standing.begin(2, at(700))).isEmpty();
        standing.answered(2, "ticket of another head", at(710));
        assertThat(standing.begin(2, at(720))).contains("ticket of another head");
    }

    @Test
    void aLifeWithoutMemoryAsksTheOtherHeadFirst() {
        Standing reborn = new Standing(
                new FailoverConfig("app1", List.of("app1"), true, TTL, TTL, Optional.empty()),
                new VoteMemory(Optional.empty()),
                at(0));
        assertThat(reborn.begin(1, at(10))).isEmpty();
        reborn.answered(1, "ticket", at(20));

        assertThat(reborn.begin(1, at(30))).isEmpty();
    }
}
