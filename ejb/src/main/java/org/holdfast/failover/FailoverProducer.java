package org.holdfast.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.holdfast.settings.Settings;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.NodeId;
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
    HeartbeatConfig heartbeatConfig(Settings settings) {
        return new HeartbeatConfig(settings.millis(
                "holdfast.failover.heartbeat-millis",
                Duration.ofMillis(100),
                Duration.ofMillis(20),
                Duration.ofMinutes(1)));
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

    void forget(@Disposes VoteMemory memory) {
        memory.close();
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

    @Produces
    @Singleton
    PlannedSwitch plannedSwitch(Heads heads, Lease lease) {
        return new PlannedSwitch(heads, lease);
    }

    @Produces
    @Singleton
    Rejoin rejoin(Heads heads) {
        return new Rejoin(heads);
    }

    @Produces
    @Singleton
    Heads heads(Settings settings, TopologyConfig topology) {
        NodeId primary = topology.primary().get(0);
        if (topology.failover().isEmpty()) {
            return new Heads(Head.of(Cluster.primary, primary, ""), null);
        }
        NodeId failover = topology.failover().get(0);
        return new Heads(
                Head.of(Cluster.primary, primary, target(settings, Cluster.primary, primary)),
                Head.of(Cluster.failover, failover, target(settings, Cluster.failover, failover)));
    }

    // How the other cluster's server reaches a head: said outright, or as this application does.
    private static String target(Settings settings, Cluster cluster, NodeId head) {
        String password = settings.required(
                "holdfast.replication.password", "the password of holdfast_replication on both clusters");
        return settings.text("holdfast.replication." + cluster).orElseGet(() -> asApplication(settings, head))
                + " password=" + quoted(password);
    }

    private static String asApplication(Settings settings, NodeId head) {
        String prefix = "holdfast." + head.name() + ".";
        return "host=" + quoted(settings.required(prefix + "host", "where node " + head + " is"))
                + " port=" + settings.integer(prefix + "port", 5432, 1, 65535)
                + " dbname=" + quoted(settings.required("holdfast.database", "the database's name"))
                + " user=holdfast_replication sslmode=verify-full sslrootcert="
                + quoted(settings.required("holdfast.tls.ca", "the certificate of the servers' authority"));
    }

    private static String quoted(String value) {
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
