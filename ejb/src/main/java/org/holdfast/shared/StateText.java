package org.holdfast.shared;

import java.util.Locale;

/** Numbers as texts of equal length, so that the greater text is the greater number: Lua's own numbers have 53 bits. */
final class StateText {
    private StateText() {}

    /** Of a count, 0 or more; sixteen digits, as the scripts write them. */
    static String of(long count) {
        return String.format(Locale.ROOT, "%016d", count);
    }

    static long count(String text) {
        return Long.parseLong(text);
    }

    static String of(WriteMark mark) {
        return String.format(Locale.ROOT, "%016x%016x", mark.epoch(), mark.position());
    }

    static WriteMark mark(String text) {
        return new WriteMark(Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
    }

    /** The greater of two texts of the same coding. */
    static String greater(String one, String other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
