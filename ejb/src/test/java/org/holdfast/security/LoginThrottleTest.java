package org.holdfast.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.holdfast.shared.RateLimits;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final LoginThrottle throttle = new LoginThrottle(RateLimits.ofThisProcess(nanos::get), 3);

    private void attempts(int count, String username, String address) {
        for (int i = 0; i < count; i++) {
            assertThat(throttle.begin(username, address)).isEmpty();
        }
    }

    @Test
    void afterTooManyFailuresTheCallerWaitsUntilTheFirstOfThemIsAMinuteOld() {
        attempts(3, "ann", "a");
        nanos.addAndGet(Duration.ofSeconds(20).toNanos());
        Duration wait = throttle.begin("ann", "a").orElseThrow();

        assertThat(wait).isBetween(Duration.ofSeconds(34), Duration.ofSeconds(41));

        nanos.addAndGet(wait.toNanos());
        assertThat(throttle.begin("ann", "a")).isEmpty();
    }

    @Test
    void attemptsAtTheSameTimeCountBeforeTheyHaveFailed() {
        attempts(3, "ann", "a");

        assertThat(throttle.begin("ann", "a")).isPresent();
    }

    @Test
    void aSuccessForgetsTheFailures() {
        attempts(3, "ann", "a");
        throttle.succeeded("ann", "a");

        attempts(3, "ann", "a");
    }

    @Test
    void anAttemptThatCouldNotBeCheckedDoesNotCount() {
        attempts(2, "ann", "a");
        for (int i = 0; i < 50; i++) {
            attempts(1, "ann", "a");
            throttle.notChecked("ann", "a");
        }

        attempts(1, "ann", "a");
        assertThat(throttle.begin("ann", "a")).isPresent();
    }

    @Test
    void nobodyIsLockedOutFromAnotherAddress() {
        attempts(3, "ann", "a");

        assertThat(throttle.begin("ann", "b")).isEmpty();
        assertThat(throttle.begin("bob", "a")).isEmpty();
    }

    @Test
    void oneAddressCannotTryEveryName() {
        for (int i = 0; i < 30; i++) {
            attempts(1, "user" + i, "a");
        }

        assertThat(throttle.begin("another", "a")).isPresent();
        assertThat(throttle.begin("another", "b")).isEmpty();
    }
}
