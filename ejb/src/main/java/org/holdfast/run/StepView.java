package org.holdfast.run;

import java.time.Instant;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.holdfast.model.run.RunStep;
import org.jspecify.annotations.Nullable;

/**
 * A step of a run as callers see it.
 *
 * @param ordinal counts from 0 within the run, in the order of reporting
 * @param status PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED
 */
public record StepView(
        UUID id,
        UUID runId,
        int ordinal,
        String name,
        String status,
        @Nullable JsonDocument input,
        @Nullable JsonDocument output,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static StepView of(RunStep step) {
        return new StepView(
                step.id(),
                step.run().id(),
                step.ordinal(),
                step.name(),
                step.status().name(),
                step.input().map(JsonDocument::new).orElse(null),
                step.output().map(JsonDocument::new).orElse(null),
                step.createdAt(),
                step.finishedAt().orElse(null));
    }
}
