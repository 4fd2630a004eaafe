package org.holdfast.memory;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Tells the model that embeds, or why none does. Never down: all that needs no embedding goes on. */
@Readiness
@ApplicationScoped
public class EmbeddingReadiness implements HealthCheck {
    @Inject
    StoredModel model;

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response =
                HealthCheckResponse.named("embedding").up().withData("model", model.name());
        String obstacle = model.obstacle();
        return (obstacle.isEmpty() ? response : response.withData("reason", obstacle)).build();
    }
}
