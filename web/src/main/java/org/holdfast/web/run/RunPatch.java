package org.holdfast.web.run;

import org.holdfast.json.JsonDocument;
import org.holdfast.run.RunChange;
import org.holdfast.web.Fields;
import org.holdfast.web.Patched;

/** The fields of a run to change; null removes the output. */
public record RunPatch(Patched<String> name, Patched<String> status, Patched<JsonDocument> output) {
    public RunPatch {
        if (name.isPresent()) {
            Fields.text("name", name.value().orElse(null), RunRequest.NAME_CHARS_MAX);
        }
        if (status.isPresent()) {
            Fields.text("status", status.value().orElse(null), StepRequest.STATUS_CHARS_MAX);
        }
    }

    RunChange change() {
        return new RunChange(name.value(), status.value(), output.isPresent(), output.value());
    }
}
