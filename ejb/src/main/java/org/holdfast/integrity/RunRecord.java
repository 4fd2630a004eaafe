package org.holdfast.integrity;

import java.util.List;
import java.util.UUID;

/**
 * A run as both clusters keep it.
 *
 * @param table where it is; empty before the first one
 * @param position the last key that was compared there; empty at the table's beginning
 * @param isTableDone whether nothing is left of that table
 * @param isCompared whether all tables have been
 */
record RunRecord(
        UUID id,
        boolean repairs,
        String by,
        String table,
        List<String> position,
        boolean isTableDone,
        boolean isCompared) {
    RunRecord {
        position = List.copyOf(position);
    }

    /** Whether a table, in the order of their names, is still to be compared, or to its end. */
    boolean isAhead(String other) {
        int order = other.compareTo(table);
        return order > 0 || (order == 0 && !isTableDone);
    }

    /** Where to go on in a table that is ahead. */
    List<String> from(String other) {
        return other.equals(table) ? position : List.of();
    }
}
