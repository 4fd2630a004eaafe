package org.holdfast.web.agent;

import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/** An agent to make. */
public record AgentRequest(String name, @Nullable String description) {
    static final int NAME_CHARS_MAX = 100;
    static final int DESCRIPTION_CHARS_MAX = 2000;

    public AgentRequest {
        Fields.text("name", name, NAME_CHARS_MAX);
        if (description != null) {
            Fields.atMost("description", description, DESCRIPTION_CHARS_MAX);
        }
    }
}
