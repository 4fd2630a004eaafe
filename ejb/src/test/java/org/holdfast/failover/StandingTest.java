package org.holdfast.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final long LATER = Duration.ofMinutes(1).toNanos();

    private final Standing standing = new Standing(
            new FailoverConfig(
                    "app1", List.of("app1"), true, Duration.ofMillis(600), Duration.ofMillis(1500), Optional.empty()),
            new VoteMemory(Optional.empty()),
            0);

    @Test
    void aWriterThatRefusesTwiceIsLost() {
        standing.begin(2, 0);

        standing.refused(2);
        assertThat(standing.whyLost(2, LATER)).isEmpty();
        standing.refused(2);

        assertThat(standing.whyLost(2, LATER)).isPresent();
    }

    @Test
    void aRefusalOfTheWriterBeforeSaysNothingOfThisOne() {
        standing.begin(1, 0);
        standing.begin(2, 0);

        standing.refused(1);
        standing.refused(1);

        assertThat(standing.whyLost(2, LATER)).isEmpty();
    }
}
