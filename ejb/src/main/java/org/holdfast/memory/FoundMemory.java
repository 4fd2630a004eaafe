package org.holdfast.memory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A memory that a search found.
 *
 * @param score comparable within one answer only; the best first
 * @param key the caller's own name for a preference
 * @param expiresAt from when it is in no answer any more
 * @param validFrom since when it is so
 * @param validUntil since when it is not so any more
 * @param supersededBy the memory that took its place then
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
        @Nullable String key,
        @Nullable Instant expiresAt,
        Instant validFrom,
        @Nullable Instant validUntil,
        @Nullable UUID supersededBy,
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
                memory.key(),
                memory.expiresAt(),
                memory.validFrom(),
                memory.validUntil(),
                memory.supersededBy(),
                explain);
    }
}
