package org.holdfast.web;

import org.jspecify.annotations.Nullable;

/** Checks of request fields. Each throws a {@link ProblemException} (400) naming field, value and limit. */
public final class Fields {
    private Fields() {}

    /** The body that must be there. */
    public static <T> T body(@Nullable T body) {
        if (body == null) {
            throw ProblemException.badRequest("the body is empty; a JSON object is needed");
        }
        return body;
    }

    /** The value of a field that must be there. */
    public static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw ProblemException.badRequest("field '" + name + "' is missing");
        }
        return value;
    }

    /** A text that must be there, with something other than blanks in it. */
    public static String text(String name, @Nullable String value, int charsMax) {
        String text = required(name, value);
        if (text.isBlank()) {
            throw ProblemException.badRequest("field '" + name + "' is " + (text.isEmpty() ? "empty" : "blank")
                    + "; it must have 1 to " + charsMax + " characters");
        }
        return atMost(name, text, charsMax);
    }

    /** A text that may be left out, but not be blank. */
    public static @Nullable String optionalText(String name, @Nullable String value, int charsMax) {
        return value == null ? null : text(name, value, charsMax);
    }

    /** A text of any kind. */
    public static String atMost(String name, String value, int charsMax) {
        if (value.length() > charsMax) {
            throw ProblemException.badRequest(
                    "field '" + name + "' has " + value.length() + " characters; it must have at most " + charsMax);
        }
        return value;
    }
}
