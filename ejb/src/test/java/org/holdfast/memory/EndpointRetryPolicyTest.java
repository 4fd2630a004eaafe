package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointRetryPolicyTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

    private static Optional<Duration> pause(int sent, double chance) {
        return EndpointRetryPolicy.pause(sent, Optional.empty(), MINUTE, chance);
    }

    @Test
    void onlyWhatPassesIsSentAgain() {
        assertThat(IntStream.range(100, 600).filter(EndpointRetryPolicy::isPassing))
                .containsExactly(429, 502, 503, 504);
    }

    @Test
    void pausesBecomeTwiceAsLongAndHalfOfThemIsChance() {
        assertThat(pause(1, 0)).contains(Duration.ofMillis(100));
        assertThat(pause(1, 1)).contains(Duration.ofMillis(200));
        assertThat(pause(2, 1)).contains(Duration.ofMillis(400));
        assertThat(pause(4, 0.5)).contains(Duration.ofMillis(1200));
    }

    @Test
    void fiveRequestsAreEnough() {
        assertThat(pause(4, 1)).isPresent();
        assertThat(pause(5, 1)).isEmpty();
    }

    @Test
    void theEndpointMayWantALongerPauseButNoShorterOne() {
        Optional<Duration> twenty = Optional.of(Duration.ofSeconds(20));
        Optional<Duration> none = Optional.of(Duration.ZERO);

        assertThat(EndpointRetryPolicy.pause(1, twenty, MINUTE, 0)).isEqualTo(twenty);
        assertThat(EndpointRetryPolicy.pause(1, none, MINUTE, 1)).contains(Duration.ofMillis(200));
    }

    @Test
    void nobodyWaitsForARequestThatWouldComeTooLate() {
        Optional<Duration> asked = Optional.of(Duration.ofSeconds(20));

        assertThat(EndpointRetryPolicy.pause(1, asked, Duration.ofSeconds(20), 0))
                .isEmpty();
        assertThat(EndpointRetryPolicy.pause(1, Optional.empty(), Duration.ofMillis(150), 1))
                .isEmpty();
        assertThat(EndpointRetryPolicy.pause(1, Optional.empty(), Duration.ofMillis(-1), 0))
                .isEmpty();
    }

    @Test
    void retryAfterIsSecondsOrADate() {
        assertThat(EndpointRetryPolicy.retryAfter(" 7 ", NOON)).contains(Duration.ofSeconds(7));
        assertThat(EndpointRetryPolicy.retryAfter("Sat, 31 Jan 2026 12:00:09 GMT", NOON))
                .contains(Duration.ofSeconds(9));
        assertThat(EndpointRetryPolicy.retryAfter("Sat, 31 Jan 2026 11:00:00 GMT", NOON))
                .contains(Duration.ZERO);
        assertThat(EndpointRetryPolicy.retryAfter("999999999", NOON)).contains(Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-1", "1.5", "99999999999999999999", "31 Jan 2026"})
    void whatIsNeitherIsAsGoodAsNone(String header) {
        assertThat(EndpointRetryPolicy.retryAfter(header, NOON)).isEmpty();
    }
}
