package org.holdfast.web.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryQueryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static HistoryQuery parse(@Nullable String from, @Nullable String to, @Nullable String points) {
        return HistoryQuery.parse("primary", from, to, points, NOW);
    }

    @Test
    void withoutParametersItIsTheLastHourByMinutes() {
        HistoryQuery query = HistoryQuery.parse(null, null, null, null, NOW);

        assertThat(query.node()).isEmpty();
        assertThat(query.from()).isEqualTo(NOW.minus(Duration.ofHours(1)));
        assertThat(query.to()).isEqualTo(NOW);
        assertThat(query.span()).isEqualTo(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T11:59:59.500Z, 60, 1",
        "2026-03-01T11:00:00Z, 7, 515",
        "2026-02-01T12:00:00Z, 1, 2419200",
        "2026-03-01T11:58:19Z, 100, 2"
    })
    void thereAreNoMoreSpansThanPoints(String from, String points, long seconds) {
        assertThat(parse(from, null, points).span()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2026-03-01T12:00:00Z, -, -, from must be before to",
                "2026-03-02T12:00:00Z, -, -, from must be before to",
                "2024-03-01T12:00:00Z, -, -, by at most 400 days",
                "yesterday, -, -, from must be a time like",
                "-, +1000000000-12-31T23:59:59Z, -, to must be a time like",
                "-, -1000000000-01-01T00:00:00Z, -, to must be a time like",
                "-, -, 0, points must be a whole number from 1 to 500",
                "-, -, 501, points must be a whole number from 1 to 500",
                "-, -, many, points must be a whole number from 1 to 500"
            })
    void whatIsNotAllowedIsTold(@Nullable String from, @Nullable String to, @Nullable String points, String message) {
        assertThatThrownBy(() -> parse(from, to, points))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aNodeHasAName() {
        assertThatThrownBy(() -> HistoryQuery.parse(" ", null, null, null, NOW))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("node must have 1 to 63 characters");
    }
}
