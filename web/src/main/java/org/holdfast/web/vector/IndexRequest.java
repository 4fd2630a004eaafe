package org.holdfast.web.vector;

import java.util.Optional;
import org.holdfast.vector.IndexProfile;
import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Asks for an index.
 *
 * @param table memory.memory if not given
 */
public record IndexRequest(@Nullable String table, IndexProfile profile) {
    public IndexRequest {
        Fields.optionalText("table", table, OptimizeRequest.TABLE_CHARS_MAX);
        Fields.required("profile", profile);
    }

    Optional<String> onTable() {
        return Optional.ofNullable(table);
    }
}
