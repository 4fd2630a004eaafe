package org.holdfast.memory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A memory as callers see it.
 *
 * @param conversation the caller's own name for its conversation
 * @param turn its position there
 * @param at when it was said
 * @param tags in alphabetical order
 * @param key the caller's own name for a preference
 * @param occurrences how often it was said, from 1
 * @param expiresAt from when it is in no answer any more
 * @param validFrom since when it is so
 * @param validUntil since when it is not so any more
 * @param supersededBy the memory that took its place then
 */
public record MemoryView(
        UUID id,
        UUID agentId,
        String kind,
        String text,
        @Nullable String conversation,
        @Nullable Integer turn,
        @Nullable String speaker,
        Instant at,
        List<String> tags,
        JsonDocument metadata,
        long version,
        Instant createdAt,
        Instant updatedAt,
        @Nullable String key,
        int occurrences,
        @Nullable Instant expiresAt,
        Instant validFrom,
        @Nullable Instant validUntil,
        @Nullable UUID supersededBy) {
    public MemoryView {
        tags = List.copyOf(tags);
        // An answer that an earlier version kept under an idempotency key has none.
        occurrences = Math.max(1, occurrences);
    }

    /** Whether whoever wrote this has made it: it was neither replaced nor said again. */
    public boolean wasCreated() {
        return version == 0 && occurrences == 1;
    }

    /** Where a page of a list ends that ends with this memory. */
    public MemoryPosition position() {
        return new MemoryPosition(turn == null ? MemoryPosition.NO_TURN : turn, id);
    }
}
