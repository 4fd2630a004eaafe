package org.holdfast.memory;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A search.
 *
 * @param agentId empty for all of the tenant's agents
 * @param tags a memory must have all of them
 * @param limit how many memories to find at most
 * @param withSuperseded whether memories are found too that others have superseded
 * @param isExplained whether each comes with what its score is made of; such a search is not answered from the cache
 */
public record MemoryQuery(
        String text,
        Optional<UUID> agentId,
        Optional<String> kind,
        Optional<String> conversation,
        Set<String> tags,
        int limit,
        SearchQuality quality,
        SearchMode mode,
        boolean withSuperseded,
        boolean isExplained) {
    public MemoryQuery {
        kind.ifPresent(MemoryDraft::requireKind);
        tags = Set.copyOf(tags);
    }

    /** The same, looked for by words alone. */
    MemoryQuery byWords() {
        return new MemoryQuery(
                text, agentId, kind, conversation, tags, limit, quality, SearchMode.text, withSuperseded, isExplained);
    }
}
