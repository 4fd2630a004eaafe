package org.holdfast.web.vector;

import java.util.Optional;
import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Asks for indexes to be made anew as they are.
 *
 * @param table all memory tables if not given
 */
public record OptimizeRequest(@Nullable String table) {
    // Schema, dot, name.
    static final int TABLE_CHARS_MAX = 127;

    public OptimizeRequest {
        Fields.optionalText("table", table, TABLE_CHARS_MAX);
    }

    Optional<String> onTable() {
        return Optional.ofNullable(table);
    }
}
