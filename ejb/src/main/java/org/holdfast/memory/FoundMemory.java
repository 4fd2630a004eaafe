package org.holdfast.memory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A memory that a search found.
 *
 * @param score comparable within one answer only; the best first
 * @param explain only where it was asked for
 */
public record FoundMemory(
        UUID id,
        String text,
        double score,
        String kind,
        UUID agentId,
        @Nullable String conversation,
        @Nullable Integer turn,
        @Nullable String speaker,
        Instant at,
        List<String> tags,
        @Nullable Explanation explain) {
    public FoundMemory {
        tags = List.copyOf(tags);
    }

    static FoundMemory of(MemoryView memory, double score, @Nullable Explanation explain) {
        return new FoundMemory(
                memory.id(),
                memory.text(),
                score,
                memory.kind(),
                memory.agentId(),
                memory.conversation(),
                memory.turn(),
                memory.speaker(),
                memory.at(),
                memory.tags(),
                explain);
    }
}
