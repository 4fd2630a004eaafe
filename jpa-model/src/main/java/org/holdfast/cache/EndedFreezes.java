package org.holdfast.cache;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Freezes that have ended and of which Redis was not told yet, by their tags. Thread-safe. */
final class EndedFreezes {
    private Map<TagKey, Set<TagFreeze>> freezes = new HashMap<>();

    /** Whether these are the first since the last {@link #take}: then somebody has to take them. */
    synchronized boolean add(Collection<TagFreeze> ended) {
        boolean isFirst = freezes.isEmpty() && !ended.isEmpty();
        ended.forEach(freeze ->
                freezes.computeIfAbsent(freeze.tag(), each -> new HashSet<>()).add(freeze));
        return isFirst;
    }

    /** All of them. */
    synchronized Map<TagKey, Set<TagFreeze>> take() {
        Map<TagKey, Set<TagFreeze>> taken = freezes;
        freezes = new HashMap<>();
        return taken;
    }
}
