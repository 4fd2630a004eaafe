package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.holdfast.settings.Settings;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class ConnectionProducer {
    @Produces
    @Singleton
    RoutingPolicy routingPolicy(Settings settings) {
        return new RoutingPolicy(new RoutingConfig(settings.millis(
                "holdfast.connection.max-replay-lag-millis",
                Duration.ofSeconds(2),
                Duration.ZERO,
                Duration.ofHours(1))));
    }
}
