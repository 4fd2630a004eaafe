package org.holdfast.web.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.holdfast.web.Parameters;
import org.holdfast.web.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Of which nodes and when the history is asked for.
 *
 * @param span whole seconds, so many that there are no more spans than points were wanted
 */
record HistoryQuery(Optional<String> node, Instant from, Instant to, Duration span) {
    private static final Duration LAST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(400);
    private static final int POINTS = 60;
    private static final int POINTS_MAX = 500;
    private static final int NODE_CHARS_MAX = 63;

    static HistoryQuery parse(
            @Nullable String node, @Nullable String from, @Nullable String to, @Nullable String points, Instant now) {
        Instant end = Parameters.moment("to", to).orElse(now);
        Instant begin = Parameters.moment("from", from).orElseGet(() -> end.minus(LAST));
        Duration asked = Duration.between(begin, end);
        if (asked.isNegative() || asked.isZero() || asked.compareTo(LONGEST) > 0) {
            throw ProblemException.badRequest("from must be before to, by at most " + LONGEST.toDays() + " days");
        }
        long wanted = Parameters.number("points", points, POINTS, POINTS_MAX);
        long seconds = (asked.toMillis() + wanted * 1_000 - 1) / (wanted * 1_000);
        return new HistoryQuery(Parameters.text("node", node, NODE_CHARS_MAX), begin, end, Duration.ofSeconds(seconds));
    }
}
