package org.holdfast.agent;

import java.time.Instant;
import java.util.UUID;
import org.holdfast.model.agent.Conversation;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as callers see it.
 *
 * @param externalId the caller's own name for it
 */
public record ConversationView(
        UUID id,
        UUID agentId,
        @Nullable String externalId,
        @Nullable String title,
        long version,
        Instant createdAt) {
    static ConversationView of(Conversation conversation) {
        return new ConversationView(
                conversation.id(),
                conversation.agent().id(),
                conversation.externalId().orElse(null),
                conversation.title().orElse(null),
                conversation.version(),
                conversation.createdAt());
    }
}
