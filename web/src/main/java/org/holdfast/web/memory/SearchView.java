package org.holdfast.web.memory;

import java.util.List;
import org.holdfast.memory.FoundMemory;

/**
 * What a search found, the best first.
 *
 * @param tookMillis from the request's arrival at the search to its answer, embedding included
 */
public record SearchView(List<FoundMemory> items, double tookMillis) {
    public SearchView {
        items = List.copyOf(items);
    }
}
