package org.holdfast.web.agent;

import java.time.Instant;
import java.util.Optional;
import org.holdfast.agent.NewMessage;
import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * A message to keep.
 *
 * @param role system, user, assistant or tool
 * @param at when it was said; now if not given
 */
public record MessageRequest(
        String role,
        String content,
        @Nullable String speaker,
        @Nullable Instant at) {
    public MessageRequest {
        Fields.text("role", role, 20);
        Fields.text("content", content, 32_000);
        Fields.optionalText("speaker", speaker, 200);
    }

    NewMessage message() {
        return new NewMessage(role, content, Optional.ofNullable(speaker), Optional.ofNullable(at));
    }
}
