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
    ReplayedPositions replayedPositions() {
        return new ReplayedPositions();
    }

    @Produces
    @Singleton
    RoutingPolicy routingPolicy(Settings settings, ReplayedPositions replayed) {
        return new RoutingPolicy(
                new RoutingConfig(settings.millis(
                        "holdfast.connection.max-replay-lag-millis",
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        Duration.ofHours(1))),
                replayed);
    }

    @Produces
    @Singleton
    RetryConfig retryConfig(Settings settings) {
        return new RetryConfig(settings.millis(
                "holdfast.connection.retry-millis", Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(1)));
    }

    @Produces
    @Singleton
    DurabilityConfig durabilityConfig(Settings settings) {
        return new DurabilityConfig(settings.millis(
                "holdfast.connection.durability-wait-millis",
                Duration.ofSeconds(3),
                Duration.ofMillis(10),
                Duration.ofMinutes(1)));
    }
}
