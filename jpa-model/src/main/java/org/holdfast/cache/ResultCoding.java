package org.holdfast.cache;

import org.holdfast.cache.row.ValueReader;
import org.holdfast.cache.row.ValueWriter;

/** How one result of a query is written and read again. Implementations are thread-safe. */
public interface ResultCoding<T> {
    /** Appends what {@link #read} needs. An exception means that the result is not kept. */
    void write(T result, ValueWriter out);

    /** Whether it stays as it is until something changes under the query's tags; if not, no result that it is part of is kept. */
    default boolean mayKeep(T result) {
        return true;
    }

    /** Takes exactly what {@link #write} wrote. */
    T read(ValueReader in);
}
