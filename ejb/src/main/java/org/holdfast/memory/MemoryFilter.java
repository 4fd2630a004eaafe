package org.holdfast.memory;

import java.util.Optional;
import java.util.UUID;
import org.holdfast.connection.RefusedException;

/**
 * Which memories are meant. With a conversation they come in the order of their turns, else the newest first.
 */
public record MemoryFilter(Optional<UUID> agentId, Optional<String> conversation, Optional<String> kind) {
    /**
     * Checks the kind.
     *
     * @throws RefusedException (validation) when there is no such kind
     */
    public MemoryFilter {
        kind.ifPresent(MemoryDraft::requireKind);
    }

    /** Whether it means all of the tenant's memories. */
    public boolean isEmpty() {
        return agentId.isEmpty() && conversation.isEmpty() && kind.isEmpty();
    }
}
