package org.holdfast.topology;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A position in one cluster's write-ahead log (LSN), in bytes, unsigned. Positions of two clusters cannot be compared.
 *
 * @param bytes distance from the log's beginning
 */
public record LogPosition(long bytes) implements Comparable<LogPosition> {
    private static final Pattern TEXT = Pattern.compile("([0-9A-Fa-f]{1,8})/([0-9A-Fa-f]{1,8})");

    /**
     * Reads PostgreSQL's notation, {@code 0/16B3748}.
     *
     * @throws IllegalArgumentException when the text is not in that notation
     */
    public static LogPosition parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not a log position such as 0/16B3748");
        }
        return new LogPosition(Long.parseLong(matcher.group(1), 16) << 32 | Long.parseLong(matcher.group(2), 16));
    }

    /** Bytes from here up to {@code later}; 0 when it is not later. */
    public long bytesUpTo(LogPosition later) {
        return isBefore(later) ? later.bytes - bytes : 0;
    }

    public boolean isBefore(LogPosition other) {
        return compareTo(other) < 0;
    }

    @Override
    public int compareTo(LogPosition other) {
        return Long.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public String toString() {
        return Long.toHexString(bytes >>> 32).toUpperCase(Locale.ROOT)
                + "/"
                + Long.toHexString(bytes & 0xFFFFFFFFL).toUpperCase(Locale.ROOT);
    }
}
