package org.holdfast.memory;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.holdfast.json.JsonDocument;
import org.holdfast.model.memory.MemoryKind;

/**
 * A memory to keep. Lengths were checked by whoever read it.
 *
 * @param id the caller's own; empty for a new one, which is better: keys that grow with time put lists in their order
 * @param agentId empty for the tenant's default agent
 * @param kind CONVERSATION, PREFERENCE or CONTEXT
 * @param conversation the caller's own name for its conversation
 * @param turn its position there, from 0, unique there
 * @param at when it was said; empty for now
 * @param metadata a JSON object
 * @param embedding the caller's own; empty for that of this system's model
 */
public record MemoryDraft(
        Optional<UUID> id,
        Optional<UUID> agentId,
        String kind,
        String text,
        Optional<String> conversation,
        Optional<Integer> turn,
        Optional<String> speaker,
        Optional<Instant> at,
        Set<String> tags,
        JsonDocument metadata,
        Optional<GivenEmbedding> embedding) {
    /**
     * Checks what concerns several fields.
     *
     * @throws RefusedException (validation) when there is no such kind, or a turn without a conversation
     */
    public MemoryDraft {
        requireKind(kind);
        if (turn.isPresent() && conversation.isEmpty()) {
            throw new RefusedException(ErrorCategory.VALIDATION, "a turn needs a conversation that it is a turn of");
        }
        if (turn.isPresent() && turn.get() < 0) {
            throw new RefusedException(ErrorCategory.VALIDATION, "turn is " + turn.get() + "; it must be 0 or more");
        }
        tags = Set.copyOf(tags);
    }

    static void requireKind(String kind) {
        if (Arrays.stream(MemoryKind.values()).noneMatch(known -> known.name().equals(kind))) {
            throw new RefusedException(
                    ErrorCategory.VALIDATION, "kind must be one of " + Arrays.toString(MemoryKind.values()));
        }
    }
}
