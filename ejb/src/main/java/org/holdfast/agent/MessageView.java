package org.holdfast.agent;

import java.time.Instant;
import java.util.UUID;
import org.holdfast.model.agent.Message;
import org.jspecify.annotations.Nullable;

/**
 * A message as callers see it.
 *
 * @param role system, user, assistant or tool
 * @param at when it was said
 */
public record MessageView(
        UUID id, UUID conversationId, String role, @Nullable String speaker, String content, Instant at) {
    static MessageView of(Message message) {
        return new MessageView(
                message.id(),
                message.conversation().id(),
                message.role().name(),
                message.speaker().orElse(null),
                message.content(),
                message.saidAt());
    }
}
