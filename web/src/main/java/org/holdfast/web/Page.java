package org.holdfast.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param next the cursor of the page after; null on the last page
 */
public record Page<T>(
        List<T> items,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next) {
    public Page {
        items = List.copyOf(items);
    }

    /**
     * The page of what was read.
     *
     * @param read as many as {@link Paging#read()} says, or all that there are
     * @param cursor the cursor after an entry
     */
    public static <T> Page<T> of(List<T> read, Paging paging, Function<T, String> cursor) {
        if (read.size() <= paging.limit()) {
            return new Page<>(read, null);
        }
        List<T> items = read.subList(0, paging.limit());
        return new Page<>(items, cursor.apply(items.get(items.size() - 1)));
    }
}
