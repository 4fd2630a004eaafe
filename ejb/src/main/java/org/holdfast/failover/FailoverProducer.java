package org.holdfast.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.holdfast.settings.Settings;
import org.holdfast.topology.TopologyConfig;

/** Makes the plain objects of this package from configuration. */
@ApplicationScoped
class FailoverProducer {
    @Produces
    @Singleton
    FailoverConfig config(Settings settings) {
        String instance = settings.text("holdfast.instance").orElse("app1");
        Duration ttl = settings.millis(
                "holdfast.failover.lease-millis",
                Duration.ofMillis(600),
                Duration.ofMillis(200),
                Duration.ofMinutes(1));
        return new FailoverConfig(
                instance,
                settings.words("holdfast.failover.instances", List.of(instance)),
                settings.flag("holdfast.failover.automatic", true),
                ttl,
                settings.millis(
                        "holdfast.failover.silence-millis", Duration.ofMillis(1500), ttl, Duration.ofMinutes(10)),
                settings.text("holdfast.failover.memory").map(Path::of));
    }

    @Produces
    @Singleton
    Heads heads(TopologyConfig topology) {
        return new Heads(topology);
    }

    @Produces
    @Singleton
    Standing standing(FailoverConfig config, VoteMemory memory) {
        return new Standing(config, memory, System.nanoTime());
    }

    @Produces
    @Singleton
    VoteMemory memory(FailoverConfig config) {
        return new VoteMemory(config.memory());
    }

    @Produces
    @Singleton
    Lease lease(FailoverConfig config, Heads heads, Standing standing) {
        return new Lease(config, heads, standing);
    }

    @Produces
    @Singleton
    Takeover takeover(FailoverConfig config, Heads heads, Standing standing, Lease lease) {
        return new Takeover(config, heads, standing, lease);
    }
}
