package org.holdfast.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.holdfast.settings.Settings;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.TopologyConfig;

/** Makes the plain objects of health and topology from configuration. */
@ApplicationScoped
class HealthProducer {
    @Produces
    @Singleton
    TopologyConfig topologyConfig(Settings settings) {
        return new TopologyConfig(
                nodes(settings, "holdfast.topology.primary", List.of("primary")),
                nodes(settings, "holdfast.topology.failover", List.of()),
                Set.copyOf(nodes(settings, "holdfast.topology.heartbeat-readers", List.of())));
    }

    private static List<NodeId> nodes(Settings settings, String key, List<String> whenAbsent) {
        try {
            return settings.words(key, whenAbsent).stream().map(NodeId::new).toList();
        } catch (IllegalArgumentException badName) {
            throw new IllegalArgumentException("configuration " + key + ": " + badName.getMessage(), badName);
        }
    }

    // Of no scope: an enum cannot be proxied, and is one object anyway.
    @Produces
    Profile profile(Settings settings) {
        return settings.choice("holdfast.profile", Profile.production);
    }

    @Produces
    @Singleton
    HealthConfig healthConfig(Settings settings) {
        return new HealthConfig(
                settings.millis(
                        "holdfast.health.probe-interval-millis",
                        Duration.ofMillis(500),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(30)),
                settings.millis(
                        "holdfast.health.probe-timeout-millis",
                        Duration.ofSeconds(1),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(30)),
                settings.millis(
                        "holdfast.health.deep-interval-millis",
                        Duration.ofSeconds(30),
                        Duration.ofMillis(500),
                        Duration.ofHours(1)),
                settings.integer("holdfast.health.rise", 2, 1, 100),
                settings.integer("holdfast.health.fall", 3, 1, 100));
    }

    @Produces
    @Singleton
    HealthTracker healthTracker(TopologyConfig topology, HealthConfig config, InstantSource clock) {
        return new HealthTracker(topology, config, clock.instant());
    }

    @Produces
    @Singleton
    CurrentTopology currentTopology(HealthTracker tracker, InstantSource clock) {
        return new CurrentTopology(tracker.snapshot(clock.instant(), System.nanoTime()));
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return InstantSource.system();
    }
}
