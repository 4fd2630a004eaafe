package org.holdfast.health;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/** Ready while at least one node of the writing cluster can be used: reads go on without the primary. */
@Readiness
@ApplicationScoped
public class NodesReadiness implements HealthCheck {
    @Inject
    CurrentTopology current;

    @Override
    public HealthCheckResponse call() {
        Topology topology = current.get();
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("nodes");
        for (Node node : topology.nodes()) {
            answer.withData(node.id().name(), node.state().name());
        }
        return answer.status(topology.nodes().stream()
                        .anyMatch(node -> node.cluster() == topology.writer() && node.isUsable()))
                .build();
    }
}
