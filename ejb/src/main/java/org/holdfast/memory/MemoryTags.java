package org.holdfast.memory;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.cache.QueryTag;
import org.holdfast.model.agent.Conversation;
import org.holdfast.model.memory.Memory;
import org.holdfast.repository.Parts;

/** What lists and searches of memories depend on: those of one agent, or all of the tenant's. */
final class MemoryTags {
    private MemoryTags() {}

    /** All that a question about these memories depends on. */
    static QueryTag of(Optional<UUID> agent) {
        return agent.map(Parts::memoriesOf).orElseGet(() -> QueryTag.of(Memory.class));
    }

    /** All that the insertion of memories changes by SQL: their conversations may be new. */
    static QueryTag[] insertedBy(Collection<NewMemory> memories) {
        Set<QueryTag> tags = new HashSet<>();
        for (NewMemory memory : memories) {
            tags.add(QueryTag.of(Memory.class));
            tags.add(Parts.memoriesOf(memory.agentId()));
            if (memory.conversation().isPresent()) {
                tags.add(QueryTag.of(Conversation.class));
                tags.add(Parts.conversationsOf(memory.agentId()));
            }
        }
        return tags.toArray(QueryTag[]::new);
    }
}
