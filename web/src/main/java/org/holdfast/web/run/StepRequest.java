package org.holdfast.web.run;

import java.util.Optional;
import org.holdfast.json.JsonDocument;
import org.holdfast.run.NewStep;
import org.holdfast.web.Fields;
import org.jspecify.annotations.Nullable;

/**
 * A step to record.
 *
 * @param status SUCCEEDED if not given
 * @param input any JSON value
 * @param output any JSON value
 */
public record StepRequest(
        String name,
        @Nullable String status,
        @Nullable JsonDocument input,
        @Nullable JsonDocument output) {
    static final int STATUS_CHARS_MAX = 20;

    public StepRequest {
        Fields.text("name", name, RunRequest.NAME_CHARS_MAX);
        Fields.optionalText("status", status, STATUS_CHARS_MAX);
    }

    NewStep step() {
        return new NewStep(
                name, status == null ? "SUCCEEDED" : status, Optional.ofNullable(input), Optional.ofNullable(output));
    }
}
