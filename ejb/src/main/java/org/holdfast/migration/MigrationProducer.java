package org.holdfast.migration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.settings.Settings;
import org.holdfast.settings.VectorSettings;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.TopologyConfig;

/** Makes the runner over the owner's pools {@code jdbc/<head>_owner}, with every {@link JavaChunk} of the application. */
@ApplicationScoped
class MigrationProducer {
    @Produces
    @Singleton
    MigrationRunner runner(TopologyConfig topology, Settings settings, @Any Instance<JavaChunk> steps)
            throws NamingException {
        Map<Cluster, DataSource> owners = new EnumMap<>(Cluster.class);
        owners.put(Cluster.primary, owner(topology.primary().get(0)));
        if (!topology.failover().isEmpty()) {
            owners.put(Cluster.failover, owner(topology.failover().get(0)));
        }
        MigrationConfig config = MigrationConfig.from(settings);
        return new MigrationRunner(
                owners,
                config,
                new MigrationFiles(config.directory(), VectorSettings.dimensions(settings)),
                JavaChunks.of(steps));
    }

    private static DataSource owner(NodeId head) throws NamingException {
        return InitialContext.doLookup("jdbc/" + head + "_owner");
    }
}
