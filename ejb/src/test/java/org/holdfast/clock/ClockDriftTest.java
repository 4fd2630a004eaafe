package org.holdfast.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Goal: a clock set back is told once, whatever else it does. Method: readings of two clocks. */
class ClockDriftTest {
    private static final long MILLI = 1_000_000;

    private final ClockDrift drift = new ClockDrift(Instant.ofEpochMilli(1_000_000), 5_000 * MILLI);

    @Test
    void nothingWhileBothClocksGoOn() {
        assertThat(drift.setBack(Instant.ofEpochMilli(1_000_100), 5_100 * MILLI))
                .isEmpty();
        assertThat(drift.setBack(Instant.ofEpochMilli(1_010_000), 15_000 * MILLI))
                .isEmpty();
    }

    @Test
    void aStepBackIsToldOnce() {
        assertThat(drift.setBack(Instant.ofEpochMilli(700_100), 5_100 * MILLI)).contains(Duration.ofMinutes(5));
        assertThat(drift.setBack(Instant.ofEpochMilli(700_200), 5_200 * MILLI)).isEmpty();
    }

    @Test
    void aStepForwardIsNotToldAndTheWayBackIs() {
        assertThat(drift.setBack(Instant.ofEpochMilli(1_600_100), 5_100 * MILLI))
                .isEmpty();
        assertThat(drift.setBack(Instant.ofEpochMilli(1_000_200), 5_200 * MILLI))
                .contains(Duration.ofMinutes(10));
    }

    @Test
    void smallStepsAddUp() {
        assertThat(drift.setBack(Instant.ofEpochMilli(1_000_040), 5_100 * MILLI))
                .isEmpty();
        assertThat(drift.setBack(Instant.ofEpochMilli(1_000_100), 5_200 * MILLI))
                .contains(Duration.ofMillis(100));
    }
}
