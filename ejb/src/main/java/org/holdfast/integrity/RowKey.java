package org.holdfast.integrity;

import java.util.List;

/**
 * A primary key.
 *
 * @param columns its columns' values, in the key's order, as PostgreSQL writes them
 */
record RowKey(List<String> columns) {
    RowKey {
        columns = List.copyOf(columns);
    }

    @Override
    public String toString() {
        return String.join(",", columns);
    }
}
