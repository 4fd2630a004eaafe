package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private final LogLimit limit = new LogLimit(Duration.ofNanos(10));

    @Test
    void letsOneThroughInEachIntervalAndCountsTheRest() {
        assertThat(limit.admit(-5)).hasValue(0);
        assertThat(limit.admit(0)).isEmpty();
        assertThat(limit.admit(4)).isEmpty();
        assertThat(limit.admit(5)).hasValue(2);
        assertThat(limit.admit(15)).hasValue(0);
    }

    @Test
    void saysHowManyWereKeptBack() {
        assertThat(LogLimit.more(0)).isEmpty();
        assertThat(LogLimit.more(3)).contains("3 more");
    }
}
