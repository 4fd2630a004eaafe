package org.holdfast.client;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a write ended, {@code <epoch>-<lsn>}; a later one is greater.
 *
 * @param text as the server wrote it
 */
record WriteToken(long epoch, long position, String text) implements Comparable<WriteToken> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})-([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    /** Reads a token; empty when it is in a form that is not known here. */
    static Optional<WriteToken> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long position = Long.parseUnsignedLong(form.group(2), 16) << 32 | Long.parseUnsignedLong(form.group(3), 16);
        return Optional.of(new WriteToken(Long.parseLong(form.group(1)), position, text));
    }

    @Override
    public int compareTo(WriteToken other) {
        return epoch == other.epoch ? Long.compareUnsigned(position, other.position) : Long.compare(epoch, other.epoch);
    }
}
