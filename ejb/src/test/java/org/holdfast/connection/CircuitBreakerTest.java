package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    // Any origin will do, also one before the overflow of the clock.
    private static final long START = Long.MAX_VALUE - 1_000_000;

    private final CircuitBreaker breaker =
            new CircuitBreaker(new BreakerConfig(3, Duration.ofSeconds(1), Duration.ofSeconds(3)));

    private static long at(long millis) {
        return START + Duration.ofMillis(millis).toNanos();
    }

    private void fail(int times, long millis) {
        for (int i = 0; i < times; i++) {
            breaker.failed(at(millis));
        }
    }

    @Test
    void opensAfterAsManyFailuresInARow() {
        fail(2, 0);
        assertThat(breaker.succeeded()).isFalse();
        fail(2, 0);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);

        assertThat(breaker.failed(at(0))).isTrue();

        assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        assertThat(breaker.tryPass(at(999))).isFalse();
    }

    @Test
    void letsOneSessionTryWhenItsTimeIsUp() {
        fail(3, 0);

        assertThat(breaker.tryPass(at(1000))).isTrue();

        assertThat(breaker.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(breaker.tryPass(at(1001))).isFalse();
        assertThat(breaker.succeeded()).isTrue();
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.tryPass(at(1002))).isTrue();
    }

    @Test
    void aTrialThatNeverConnectedIsFollowedByAnother() {
        fail(3, 0);
        assertThat(breaker.tryPass(at(1000))).isTrue();

        assertThat(breaker.tryPass(at(1999))).isFalse();
        assertThat(breaker.tryPass(at(2000))).isTrue();
    }

    @Test
    void eachTrialThatFailsDoublesTheTimeUpToItsLimit() {
        fail(3, 0);
        assertThat(breaker.tryPass(at(1000))).isTrue();
        assertThat(breaker.failed(at(1000))).isTrue();
        assertThat(breaker.openFor()).isEqualTo(Duration.ofSeconds(2));
        assertThat(breaker.tryPass(at(2999))).isFalse();
        assertThat(breaker.tryPass(at(3000))).isTrue();
        breaker.failed(at(3000));
        assertThat(breaker.openFor()).isEqualTo(Duration.ofSeconds(3));
        assertThat(breaker.tryPass(at(6000))).isTrue();
        breaker.succeeded();

        fail(3, 6000);

        assertThat(breaker.openFor()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void failuresOfSessionsThatBeganEarlierDoNotProlongIt() {
        fail(3, 0);
        fail(10, 900);

        assertThat(breaker.tryPass(at(1000))).isTrue();
    }

    @Test
    void isTriedAtOnceWhenOthersSawTheNodeWell() {
        fail(3, 0);

        breaker.tryNow(at(10));

        assertThat(breaker.tryPass(at(10))).isTrue();
        assertThat(breaker.tryPass(at(11))).isFalse();
    }

    @Test
    void refusesASettingThatCannotWork() {
        assertThatThrownBy(() -> new BreakerConfig(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT2S");
        assertThatThrownBy(() -> new BreakerConfig(0, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
