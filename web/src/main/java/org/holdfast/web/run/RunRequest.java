package org.holdfast.web.run;

import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * A run to record.
 *
 * @param input any JSON value
 */
public record RunRequest(
        UUID agentId, String name, @Nullable JsonDocument input) {
    static final int NAME_CHARS_MAX = 200;

    public RunRequest {
        Fields.required("agentId", agentId);
        Fields.text("name", name, NAME_CHARS_MAX);
    }
}
