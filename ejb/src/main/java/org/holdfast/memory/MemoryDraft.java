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
 * @param life how long it is to count, and what it takes the place of
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
        Optional<GivenEmbedding> embedding,
        MemoryLife life) {
    private static final String KEYED_KIND = MemoryKind.PREFERENCE.name();
    private static final String TURN_KIND = MemoryKind.CONVERSATION.name();

    /**
     * Checks what concerns several fields.
     *
     * @throws RefusedException (validation) when there is no such kind, or a turn without a conversation, or a life that a
     *     memory of its kind, or a turn, does not have
     */
    public MemoryDraft {
        requireKind(kind);
        if (turn.isPresent() && conversation.isEmpty()) {
            throw refused("a turn needs a conversation that it is a turn of");
        }
        if (turn.isPresent() && turn.get() < 0) {
            throw refused("turn is " + turn.get() + "; it must be 0 or more");
        }
        requireKeyable(life, kind, id.isPresent(), turn.isPresent());
        if (life.expiresAt().isPresent() && turn.isPresent()) {
            throw refused("field 'expiresAt' is not for a turn: a conversation has no holes");
        }
        if (life.supersedes().isPresent() && (kind.equals(TURN_KIND) || turn.isPresent())) {
            throw refused("field 'supersedes' is only for memories of the kind PREFERENCE or CONTEXT without a turn");
        }
        tags = Set.copyOf(tags);
    }

    private static void requireKeyable(MemoryLife life, String kind, boolean hasId, boolean hasTurn) {
        if (life.key().isEmpty()) {
            return;
        }
        if (!kind.equals(KEYED_KIND)) {
            throw refused("field 'key' is only for memories of the kind " + KEYED_KIND + "; this one is " + kind);
        }
        if (hasId || hasTurn) {
            throw refused("field 'key' cannot stand beside '" + (hasId ? "id" : "turn")
                    + "': the key says which memory it is");
        }
    }

    /**
     * Whether the same text in the same place is not stored again, but counted. Not of what is said in a conversation, where the same
     * words at another place are another turn, numbered or not; and not where the caller says which memory it is, by a key of any
     * kind or by a vector of its own, which may differ where the text does not.
     */
    boolean isCounted() {
        boolean isSaid = turn.isPresent() || (conversation.isPresent() && kind.equals(TURN_KIND));
        return id.isEmpty() && !isSaid && life.key().isEmpty() && embedding.isEmpty();
    }

    /**
     * Checks that it has not expired before it is there.
     *
     * @throws RefusedException (validation) when it has
     */
    void requireFuture(Instant now) {
        if (life.expiresAt().filter(end -> !end.isAfter(now)).isPresent()) {
            throw expired(life.expiresAt().get());
        }
    }

    static RefusedException expired(Instant end) {
        return refused("field 'expiresAt' is " + end + ", which is past; it must be in the future");
    }

    private static RefusedException refused(String why) {
        return new RefusedException(ErrorCategory.VALIDATION, why);
    }

    static void requireKind(String kind) {
        if (Arrays.stream(MemoryKind.values()).noneMatch(known -> known.name().equals(kind))) {
            throw new RefusedException(
                    ErrorCategory.VALIDATION, "kind must be one of " + Arrays.toString(MemoryKind.values()));
        }
    }
}
