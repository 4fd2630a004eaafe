package org.holdfast.web.memory;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.holdfast.memory.GivenEmbedding;
import org.holdfast.memory.MemoryDraft;
import org.holdfast.memory.MemoryLife;
import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * A memory to keep; also a line of a batch.
 *
 * @param id the caller's own, for a memory that others refer to; if not given a new one, with which lists are in order
 * @param agentId the tenant's default agent if not given
 * @param kind may be left out where there is a conversation: then it is CONVERSATION
 * @param conversation the caller's own name for its conversation
 * @param turn its position there, from 0
 * @param at when it was said; now if not given
 * @param metadata a JSON object
 * @param embedding by the caller's own model, as many numbers as this system's vectors have; if not given, by that of this system,
 *     whose vectors are not comparable with another's
 * @param key the caller's own name for it, 1 to 200 characters, with the kind PREFERENCE only: what is there under it for the agent
 *     is replaced
 * @param expiresAt from when it is in no answer any more, in the future; never if not given; not for turns
 * @param validFrom since when it is so; since it was said if not given
 * @param supersedes a current memory of the same agent, of the kind PREFERENCE or CONTEXT, that is not so any more; not in a batch
 */
public record MemoryRequest(
        @Nullable UUID id,
        @Nullable UUID agentId,
        @Nullable String kind,
        String text,
        @Nullable String conversation,
        @Nullable Integer turn,
        @Nullable String speaker,
        @Nullable Instant at,
        @Nullable List<@Nullable String> tags,
        @Nullable JsonDocument metadata,
        @Nullable List<@Nullable Float> embedding,
        @Nullable String key,
        @Nullable Instant expiresAt,
        @Nullable Instant validFrom,
        @Nullable UUID supersedes) {
    private static final String TURN_KIND = "CONVERSATION";

    public MemoryRequest {
        Fields.text("text", text, MemoryFields.TEXT_CHARS_MAX);
        Fields.optionalText("conversation", conversation, MemoryFields.NAME_CHARS_MAX);
        Fields.optionalText("speaker", speaker, MemoryFields.NAME_CHARS_MAX);
        Fields.optionalText("kind", kind, MemoryFields.KIND_CHARS_MAX);
        Fields.optionalText("key", key, MemoryFields.NAME_CHARS_MAX);
    }

    MemoryDraft draft(int dimensions) {
        return new MemoryDraft(
                Optional.ofNullable(id),
                Optional.ofNullable(agentId),
                kind == null && conversation != null ? TURN_KIND : Fields.required("kind", kind),
                text,
                Optional.ofNullable(conversation),
                Optional.ofNullable(turn),
                Optional.ofNullable(speaker),
                Optional.ofNullable(at),
                MemoryFields.tags(tags),
                MemoryFields.metadata(metadata),
                Optional.ofNullable(embedding).map(numbers -> GivenEmbedding.of(numbers, dimensions)),
                new MemoryLife(
                        Optional.ofNullable(key),
                        Optional.ofNullable(expiresAt),
                        Optional.ofNullable(validFrom),
                        Optional.ofNullable(supersedes)));
    }
}
