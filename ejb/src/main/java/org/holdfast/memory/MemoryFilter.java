package org.holdfast.memory;

import java.util.Optional;
import java.util.UUID;

/**
 * Which memories to list. With a conversation they come in the order of their turns, else the newest first.
 *
 * @throws org.holdfast.connection.RefusedException (validation) when there is no such kind
 */
public record MemoryFilter(Optional<UUID> agentId, Optional<String> conversation, Optional<String> kind) {
    public MemoryFilter {
        kind.ifPresent(MemoryDraft::requireKind);
    }
}
