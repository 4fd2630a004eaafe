package org.holdfast.agent;

import java.time.Instant;
import java.util.UUID;
import org.holdfast.model.agent.Agent;
import org.jspecify.annotations.Nullable;

/** An agent as callers see it. */
public record AgentView(
        UUID id,
        String name,
        @Nullable String description,
        boolean isDefault,
        long version,
        Instant createdAt,
        Instant updatedAt) {
    static AgentView of(Agent agent) {
        return new AgentView(
                agent.id(),
                agent.name(),
                agent.description().orElse(null),
                agent.isDefault(),
                agent.version(),
                agent.createdAt(),
                agent.updatedAt());
    }
}
