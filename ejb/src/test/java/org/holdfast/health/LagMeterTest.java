package org.holdfast.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.holdfast.topology.LogPosition;
import org.junit.jupiter.api.Test;

class LagMeterTest {
    private static final long SECOND = 1_000_000_000L;

    private final LagMeter meter = new LagMeter();

    private static LogPosition at(long bytes) {
        return new LogPosition(bytes);
    }

    @Test
    void nothingIsKnownBeforeTheHeadWasSeen() {
        assertThat(meter.lagOf(at(5), 0)).isEmpty();
    }

    @Test
    void aFollowerOfAnIdleHeadIsNotLateHoweverLongItWasIdle() {
        meter.headWasAt(at(100), 0);
        meter.headWasAt(at(100), 600 * SECOND);

        assertThat(meter.lagOf(at(100), 600 * SECOND)).contains(Duration.ZERO);
    }

    @Test
    void aFollowerIsLateSinceTheFirstPositionItHasNotReached() {
        meter.headWasAt(at(100), 0);
        meter.headWasAt(at(200), 10 * SECOND);
        meter.headWasAt(at(300), 11 * SECOND);

        assertThat(meter.lagOf(at(100), 15 * SECOND)).contains(Duration.ofSeconds(5));
        assertThat(meter.lagOf(at(250), 15 * SECOND)).contains(Duration.ofSeconds(4));
        assertThat(meter.lagOf(at(300), 15 * SECOND)).contains(Duration.ZERO);
        assertThat(meter.bytesBehind(at(250))).isEqualTo(50);
    }

    @Test
    void itRemembersABoundedPastAndThenUnderstatesTheLag() {
        for (int n = 0; n < 5000; n++) {
            meter.headWasAt(at(n), n * SECOND);
        }

        assertThat(meter.lagOf(at(0), 5000 * SECOND)).contains(Duration.ofSeconds(1024));
    }
}
