package org.holdfast.run;

import java.time.Instant;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.holdfast.model.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * A run as callers see it.
 *
 * @param status PENDING, RUNNING, SUCCEEDED, FAILED or CANCELLED
 */
public record RunView(
        UUID id,
        UUID agentId,
        String name,
        String status,
        @Nullable JsonDocument input,
        @Nullable JsonDocument output,
        long version,
        Instant createdAt,
        @Nullable Instant finishedAt) {
    static RunView of(Run run) {
        return new RunView(
                run.id(),
                run.agent().id(),
                run.name(),
                run.status().name(),
                run.input().map(JsonDocument::new).orElse(null),
                run.output().map(JsonDocument::new).orElse(null),
                run.version(),
                run.createdAt(),
                run.finishedAt().orElse(null));
    }
}
