package org.holdfast.memory;

import java.util.Optional;
import java.util.UUID;
import org.holdfast.connection.RefusedException;

/**
 * Which memories are meant.
 *
 * @param key the caller's own name for a preference
 */
public record MemoryFilter(
        Optional<UUID> agentId, Optional<String> conversation, Optional<String> kind, Optional<String> key) {
    /**
     * Checks the kind.
     *
     * @throws RefusedException (validation) when there is no such kind
     */
    public MemoryFilter {
        kind.ifPresent(MemoryDraft::requireKind);
    }

    /** In which order they come where nobody says: the turns of a conversation in theirs, else the newest first. */
    public MemoryOrder order() {
        return conversation.isPresent() ? MemoryOrder.oldest : MemoryOrder.newest;
    }

    /** Whether it means all of the tenant's memories. */
    public boolean isEmpty() {
        return agentId.isEmpty() && conversation.isEmpty() && kind.isEmpty() && key.isEmpty();
    }
}
