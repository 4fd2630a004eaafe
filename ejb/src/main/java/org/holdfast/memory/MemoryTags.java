package org.holdfast.memory;

import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.holdfast.cache.QueryTag;
import org.holdfast.model.memory.Memory;

/** What lists and searches of memories depend on: those of one agent, or all of the tenant's. */
final class MemoryTags {
    private MemoryTags() {}

    /** All that a question about these memories depends on. */
    static QueryTag of(Optional<UUID> agent) {
        return agent.map(MemoryTags::ofAgent).orElseGet(() -> QueryTag.of(Memory.class));
    }

    /** All that a change of memories of these agents changes. */
    static QueryTag[] changedBy(Collection<UUID> agents) {
        return Stream.concat(
                        Stream.of(QueryTag.of(Memory.class)),
                        agents.stream().distinct().map(MemoryTags::ofAgent))
                .toArray(QueryTag[]::new);
    }

    private static QueryTag ofAgent(UUID agent) {
        return QueryTag.part(Memory.class, "agent", agent);
    }
}
