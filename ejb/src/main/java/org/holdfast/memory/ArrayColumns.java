package org.holdfast.memory;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows as one array for each column, as {@code unnest} takes them. */
record ArrayColumns<T>(Connection connection, List<T> rows) {
    /** The values of a column in the order of the rows. */
    Array of(String type, Function<T, @Nullable Object> value) throws SQLException {
        Object[] values = new Object[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        return connection.createArrayOf(type, values);
    }
}
