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
        Instant updatedAt) {
    public MemoryView {
        tags = List.copyOf(tags);
    }

    /** Where a page of a list ends that ends with this memory. */
    public MemoryPosition position() {
        return new MemoryPosition(turn == null ? MemoryPosition.NO_TURN : turn, id);
    }
}
