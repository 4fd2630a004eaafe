package org.holdfast.memory;

import java.util.Optional;
import java.util.UUID;

/** A memory ready to be stored. A class, because a record's equality would not look into the vector. */
final class NewMemory {
    private final UUID id;
    private final UUID agentId;
    private final MemoryDraft draft;
    private final float[] vector;

    /**
     * Puts the parts together.
     *
     * @param vector of what {@link EmbeddedText} makes of the draft; shared, not changed
     */
    NewMemory(UUID id, UUID agentId, MemoryDraft draft, float[] vector) {
        this.id = id;
        this.agentId = agentId;
        this.draft = draft;
        this.vector = vector;
    }

    UUID id() {
        return id;
    }

    UUID agentId() {
        return agentId;
    }

    MemoryDraft draft() {
        return draft;
    }

    float[] vector() {
        return vector;
    }

    /** The caller's own name for it. */
    Optional<String> key() {
        return draft.life().key();
    }

    Optional<Places.ConversationKey> conversation() {
        return draft.conversation().map(name -> new Places.ConversationKey(agentId, name));
    }
}
