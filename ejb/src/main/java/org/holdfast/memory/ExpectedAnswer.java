package org.holdfast.memory;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an answer to a question has in it. "When" and "how many" are answered by times and numbers, and not by what is most like the
 * question. English, as the stemming of the words is. Pure.
 */
final class ExpectedAnswer {
    // "how many", but not "what happens when".
    private static final Pattern ASKS_TIME_OR_NUMBER = Pattern.compile(
            "^(\\w+\\W+){0,2}when\\b|\\bhow (many|much|long|often|old|far|late|soon|recently)\\b|\\bwhat (year|month|day|date|time)\\b(?!-)");
    private static final String TIME_OR_NUMBER = String.join(
            "|",
            "yesterday|today|tonight|tomorrow|ago|noon|midnight|clock|morning|afternoon|night|minute|hour|day|week|weekend|month|year",
            "monday|tuesday|wednesday|thursday|friday|saturday|sunday|summer|winter|birthday|christmas|thanksgiving",
            "january|february|april|june|july|august|september|october|november|december",
            "one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|hundred|thousand|million|dozen|couple|twice",
            "1:*|2:*|3:*|4:*|5:*|6:*|7:*|8:*|9:*");

    private ExpectedAnswer() {}

    /** Words, as to_tsquery reads them, of which an answer to the question is likely to have one; empty when any may answer. */
    static Optional<String> words(String question) {
        boolean asks = ASKS_TIME_OR_NUMBER
                .matcher(question.strip().toLowerCase(Locale.ROOT))
                .find();
        return asks ? Optional.of(TIME_OR_NUMBER) : Optional.empty();
    }
}
