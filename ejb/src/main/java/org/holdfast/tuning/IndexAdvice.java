package org.holdfast.tuning;

import org.jspecify.annotations.Nullable;

/**
 * Something about an index, or the want of one, to think about. Partitions count together, under the name of their table.
 *
 * @param index absent where one is missing
 * @param bytes its size on the writer; of a table for one that is missing
 * @param detail for people
 */
public record IndexAdvice(Kind kind, String table, @Nullable String index, long bytes, String detail) {
    /** What is to be thought about. */
    public enum Kind {
        /** No node has searched in it since it counts; it forbids nothing either. */
        UNUSED,
        /** Another one of the same table has the same columns, in the same way. */
        DUPLICATE,
        /** A build failed: it costs every write, and no search uses it. */
        INVALID,
        /** Rows that refer by a foreign key are sought one by one when the row that they refer to is deleted. */
        FOREIGN_KEY,
        /** A large table that is read as a whole, again and again. */
        MISSING
    }
}
