package org.holdfast.failover;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
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

    @Produces
    @Singleton
    PlannedSwitch plannedSwitch(Settings settings, TopologyConfig topology, Heads heads, Lease lease) {
        return new PlannedSwitch(heads, targets(settings, topology), lease);
    }

    @Produces
    @Singleton
    Rejoin rejoin(Settings settings, TopologyConfig topology, Heads heads) throws NamingException {
        Map<Cluster, DataSource> owners = new EnumMap<>(Cluster.class);
        for (Cluster cluster : clusters(topology)) {
            owners.put(cluster, InitialContext.doLookup("jdbc/" + head(topology, cluster) + "_owner"));
        }
        return new Rejoin(heads, targets(settings, topology), owners);
    }

    private static List<Cluster> clusters(TopologyConfig topology) {
        return topology.failover().isEmpty() ? List.of(Cluster.primary) : List.of(Cluster.values());
    }

    private static NodeId head(TopologyConfig topology, Cluster cluster) {
        return (cluster == Cluster.primary ? topology.primary() : topology.failover()).get(0);
    }

    // How the other cluster's server reaches this head: said outright, or as this application does.
    private static Map<Cluster, String> targets(Settings settings, TopologyConfig topology) {
        Map<Cluster, String> targets = new EnumMap<>(Cluster.class);
        if (topology.failover().isEmpty()) {
            return targets;
        }
        String password = settings.required(
                "holdfast.replication.password", "the password of holdfast_replication on both clusters");
        for (Cluster cluster : Cluster.values()) {
            targets.put(
                    cluster,
                    settings.text("holdfast.replication." + cluster).orElseGet(() -> asApplication(settings, head(topology, cluster)))
                            + " password=" + quoted(password));
        }
        return targets;
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
