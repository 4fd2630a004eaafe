package org.holdfast.cache.guard;

import java.util.Optional;

/**
 * Up to where the database's outbox was read.
 *
 * @param snapshot PostgreSQL's text of a snapshot: whatever is visible in it was heard of
 * @param databaseMillis when it was taken, by the database's clock
 */
public record Mark(String snapshot, long databaseMillis) {
    /** As it is kept in Redis. */
    public String text() {
        return databaseMillis + " " + snapshot;
    }

    /** What {@link #text} wrote; empty for anything else. */
    public static Optional<Mark> parse(String text) {
        int space = text.indexOf(' ');
        if (space < 1 || !text.substring(space + 1).matches("\\d+:\\d+:[\\d,]*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Mark(text.substring(space + 1), Long.parseLong(text.substring(0, space))));
        } catch (NumberFormatException malformed) {
            return Optional.empty();
        }
    }

    /**
     * Whether nothing that was written after this mark can have been deleted before the other.
     *
     * @param ageMillisMax how old what is deleted is at least, less the time that a commit takes
     */
    public boolean isFollowedBy(Mark later, long ageMillisMax) {
        // A clock that was set back says nothing about what it deleted while it was ahead.
        long age = later.databaseMillis - databaseMillis;
        return age >= 0 && age <= ageMillisMax;
    }
}
