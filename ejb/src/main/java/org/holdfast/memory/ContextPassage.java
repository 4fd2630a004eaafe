package org.holdfast.memory;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns of one conversation that stand next to each other, or one memory of another kind.
 *
 * @param text a line for each memory, in the order of their turns, the speaker first
 * @param score of the best memory in it; comparable within one answer only
 * @param from its first turn; null for a memory without one
 * @param to its last turn
 * @param at when its first memory was said
 * @param memories in the order of the lines
 */
public record ContextPassage(
        String text,
        double score,
        UUID agentId,
        @Nullable String conversation,
        @Nullable Integer from,
        @Nullable Integer to,
        Instant at,
        List<UUID> memories) {
    public ContextPassage {
        memories = List.copyOf(memories);
    }
}
