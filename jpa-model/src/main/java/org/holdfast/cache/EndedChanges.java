package org.holdfast.cache;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Changes that have ended and of which Redis was not told yet, by the tags that they froze. Thread-safe. */
final class EndedChanges {
    private Map<TagKey, List<String>> changes = new HashMap<>();

    /** Whether these are the first since the last {@link #take}: then somebody has to take them. */
    synchronized boolean add(Collection<TagKey> tags, String change) {
        boolean isFirst = changes.isEmpty() && !tags.isEmpty();
        tags.forEach(
                tag -> changes.computeIfAbsent(tag, each -> new ArrayList<>()).add(change));
        return isFirst;
    }

    /** All of them. */
    synchronized Map<TagKey, List<String>> take() {
        Map<TagKey, List<String>> taken = changes;
        changes = new HashMap<>();
        return taken;
    }
}
