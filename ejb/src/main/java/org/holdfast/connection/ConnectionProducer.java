package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.holdfast.settings.Settings;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.TopologyConfig;

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
        return new RoutingPolicy(routingConfig(settings), replayed);
    }

    // The cache asks for it before there is a bean.
    static RoutingConfig routingConfig(Settings settings) {
        return new RoutingConfig(settings.millis(
                "holdfast.connection.max-replay-lag-millis",
                Duration.ofSeconds(2),
                Duration.ZERO,
                Duration.ofHours(1)));
    }

    @Produces
    @Singleton
    OutboxConfig outboxConfig(Settings settings) {
        return new OutboxConfig(settings.millis(
                "holdfast.redis.poll-millis", Duration.ofMillis(100), Duration.ofMillis(20), Duration.ofSeconds(1)));
    }

    @Produces
    @Singleton
    RetryConfig retryConfig(Settings settings) {
        return new RetryConfig(settings.millis(
                "holdfast.connection.retry-millis", Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(1)));
    }

    @Produces
    @Singleton
    TimeLimits timeLimits(Settings settings) {
        return new TimeLimits(
                settings.millis(
                        "holdfast.connection.query-timeout-millis",
                        Duration.ofSeconds(30),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(30)),
                Duration.ofSeconds(settings.integer("holdfast.connection.request-timeout-seconds", 600, 1, 3600)));
    }

    @Produces
    @Singleton
    ObservationConfig observationConfig(Settings settings) {
        return new ObservationConfig(
                settings.millis(
                        "holdfast.connection.slow-session-millis",
                        Duration.ofSeconds(5),
                        Duration.ofMillis(1),
                        Duration.ofHours(1)),
                Duration.ofSeconds(settings.integer("holdfast.connection.leak-seconds", 120, 0, 86_400)));
    }

    @Produces
    @Singleton
    GateConfig gateConfig(Settings settings) {
        return new GateConfig(
                settings.integer("holdfast.connection.pool-size", 20, 1, 10_000),
                settings.integer("holdfast.connection.queue-max", 100, 0, 100_000),
                settings.millis(
                        "holdfast.connection.pool-wait-warn-millis",
                        Duration.ofMillis(500),
                        Duration.ofMillis(1),
                        Duration.ofMinutes(1)),
                settings.millis(
                        "holdfast.connection.replica-wait-millis",
                        Duration.ofMillis(100),
                        Duration.ZERO,
                        Duration.ofSeconds(1)),
                breakerConfig(settings));
    }

    // The longest cannot be shorter than the first, whichever of the two was set.
    private static BreakerConfig breakerConfig(Settings settings) {
        Duration openFirst = settings.millis(
                "holdfast.connection.breaker-open-millis",
                Duration.ofSeconds(1),
                Duration.ofMillis(10),
                Duration.ofMinutes(1));
        return new BreakerConfig(
                settings.integer("holdfast.connection.breaker-failures", 5, 1, 1000),
                openFirst,
                settings.millis(
                        "holdfast.connection.breaker-open-millis-max",
                        openFirst.multipliedBy(10),
                        openFirst,
                        Duration.ofMinutes(10)));
    }

    @Produces
    @Singleton
    NodeGates nodeGates(TopologyConfig topology, GateConfig config, SilenceWatch silence) {
        return new NodeGates(nodes(topology), config, silence);
    }

    @Produces
    @Singleton
    SilenceConfig silenceConfig(Settings settings) {
        return new SilenceConfig(settings.millis(
                "holdfast.connection.read-patience-millis",
                Duration.ofMillis(125),
                Duration.ZERO,
                Duration.ofMinutes(1)));
    }

    @Produces
    @Singleton
    SilenceWatch silenceWatch(TopologyConfig topology, SilenceConfig config) {
        return new SilenceWatch(nodes(topology), config.patience(), System.nanoTime());
    }

    private static List<NodeId> nodes(TopologyConfig topology) {
        return Stream.concat(topology.primary().stream(), topology.failover().stream())
                .toList();
    }

    @Produces
    @Singleton
    OpenSessions openSessions() {
        return new OpenSessions();
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
