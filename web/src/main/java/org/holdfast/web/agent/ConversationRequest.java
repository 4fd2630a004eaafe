package org.holdfast.web.agent;

import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * A conversation to begin.
 *
 * @param externalId the caller's own name for it
 */
public record ConversationRequest(
        @Nullable String externalId, @Nullable String title) {
    public ConversationRequest {
        Fields.optionalText("externalId", externalId, 200);
        Fields.optionalText("title", title, 200);
    }
}
