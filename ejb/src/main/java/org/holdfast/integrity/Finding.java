package org.holdfast.integrity;

import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it should be.
 *
 * @param node where
 * @param object a table, an index, a constraint or a sequence, with its schema
 * @param key the row's primary key, its columns' texts with commas between; null unless it is about a row
 * @param detail for people; null where the kind says all
 * @param repaired whether the standby's row was made as the writer's
 */
public record Finding(
        String node,
        FindingKind kind,
        String object,
        @Nullable String key,
        @Nullable String detail,
        boolean repaired) {
    static Finding ofRow(String node, FindingKind kind, String table, RowKey key, boolean repaired) {
        return new Finding(node, kind, table, key.toString(), null, repaired);
    }

    static Finding of(String node, FindingKind kind, String object, @Nullable String detail) {
        return new Finding(node, kind, object, null, detail, false);
    }
}
