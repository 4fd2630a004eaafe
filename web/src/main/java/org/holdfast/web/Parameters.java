package org.holdfast.web;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads query parameters. Each throws a {@link ProblemException} (400) naming parameter and what is allowed. */
public final class Parameters {
    // What every layer below can hold.
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Parameters() {}

    /** A whole number from 1 on. */
    public static int number(String name, @Nullable String value, int whenAbsent, int max) {
        if (value == null) {
            return whenAbsent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw badNumber(name, max);
        }
        throw badNumber(name, max);
    }

    private static ProblemException badNumber(String name, int max) {
        return ProblemException.badRequest(name + " must be a whole number from 1 to " + max);
    }

    /** Whether it says so; if not given it does not. */
    public static boolean isTrue(String name, @Nullable String text) {
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw ProblemException.badRequest("parameter '" + name + "' must be true or false");
        }
        return "true".equals(text);
    }

    /** A text that may be left out, but not be blank. */
    public static Optional<String> text(String name, @Nullable String value, int charsMax) {
        return Optional.ofNullable(value).map(text -> {
            if (text.isBlank() || text.length() > charsMax || text.indexOf('\0') >= 0) {
                throw ProblemException.badRequest(name + " must have 1 to " + charsMax + " characters");
            }
            return text;
        });
    }

    /** A moment of the years 1 to 9999. */
    public static Optional<Instant> moment(String name, @Nullable String value) {
        try {
            Optional<Instant> moment = Optional.ofNullable(value).map(Instant::parse);
            if (moment.filter(at -> at.isBefore(EARLIEST) || at.isAfter(LATEST)).isEmpty()) {
                return moment;
            }
        } catch (DateTimeParseException malformed) {
            throw badMoment(name);
        }
        throw badMoment(name);
    }

    private static ProblemException badMoment(String name) {
        return ProblemException.badRequest(name + " must be a time like 2026-01-31T10:00:00Z");
    }
}
