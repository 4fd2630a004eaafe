package org.holdfast.migration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.TopologyConfig;

/** Makes the runner over the owner's pools {@code jdbc/<head>_owner}. */
@ApplicationScoped
class MigrationProducer {
    @Produces
    @Singleton
    MigrationRunner runner(TopologyConfig topology) throws NamingException {
        Optional<DataSource> failover = topology.failover().isEmpty()
                ? Optional.empty()
                : Optional.of(owner(topology.failover().get(0)));
        return new MigrationRunner(owner(topology.primary().get(0)), failover);
    }

    private static DataSource owner(NodeId head) throws NamingException {
        return InitialContext.doLookup("jdbc/" + head + "_owner");
    }
}
