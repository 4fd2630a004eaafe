package org.holdfast.web.memory;

import java.util.List;
import org.holdfast.memory.FoundMemories;
import org.holdfast.memory.FoundMemory;

/**
 * What a search found, the best first.
 *
 * @param degraded whether it was looked for by words alone, where meaning was asked for too: see {@link FoundMemories}
 * @param tookMillis from the request's arrival at the search to its answer, embedding included
 */
public record SearchView(List<FoundMemory> items, double tookMillis, boolean degraded) {
    public SearchView {
        items = List.copyOf(items);
    }

    static SearchView of(FoundMemories found, double tookMillis) {
        return new SearchView(found.memories(), tookMillis, found.isDegraded());
    }
}
