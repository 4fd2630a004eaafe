package org.holdfast.idempotency;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.holdfast.settings.Settings;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class IdempotencyProducer {
    @Produces
    @Singleton
    IdempotencyConfig config(Settings settings) {
        return IdempotencyConfig.from(settings);
    }
}
