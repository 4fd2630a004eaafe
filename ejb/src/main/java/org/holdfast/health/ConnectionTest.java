package org.holdfast.health;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.Timer;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.TopologyConfig;

/**
 * Tests the connection to each node when the application starts, and says plainly what to look at when it fails. Nothing waits
 * for it: the application starts whatever is down, is not ready meanwhile, and takes up a node that comes later.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ConnectionTest {
    private static final Logger LOG = Logger.getLogger(ConnectionTest.class.getName());

    private record Attempt(String node, int number) implements Serializable {}

    @Resource
    TimerService timers;

    @Inject
    Profile profile;

    @Inject
    TopologyConfig nodes;

    @Inject
    CurrentTopology current;

    @PostConstruct
    void start() {
        begin(nodes.primary());
        begin(nodes.failover());
    }

    private void begin(List<NodeId> ids) {
        for (NodeId id : ids) {
            schedule(new Attempt(id.name(), 1), Duration.ZERO);
        }
    }

    private void schedule(Attempt attempt, Duration pause) {
        timers.createSingleActionTimer(pause.toMillis(), new TimerConfig(attempt, false));
    }

    @Timeout
    void attempt(Timer timer) {
        Attempt attempt = (Attempt) timer.getInfo();
        if (probe(attempt).ask(false) instanceof ProbeResult.Failed failure) {
            failed(attempt, failure.reason());
        } else if (attempt.number > 1) {
            LOG.log(Level.INFO, "connection test of {0}: attempt {1} of {2} succeeded", new Object[] {
                attempt.node, attempt.number, profile.attempts()
            });
        }
    }

    private NodeProbe probe(Attempt attempt) {
        return NodeProbe.of(nodes, new NodeId(attempt.node), () -> current.get().epoch());
    }

    private void failed(Attempt attempt, String cause) {
        Optional<Duration> pause =
                profile.pauseAfter(attempt.number, ThreadLocalRandom.current().nextDouble());
        if (pause.isPresent()) {
            LOG.log(
                    Level.WARNING,
                    "connection test of {0}: attempt {1} of {2} failed: {3}; the next one in {4} ms",
                    new Object[] {
                        attempt.node,
                        attempt.number,
                        profile.attempts(),
                        cause,
                        Long.toString(pause.get().toMillis())
                    });
            schedule(new Attempt(attempt.node, attempt.number + 1), pause.get());
            return;
        }
        String variables = "HOLDFAST_" + attempt.node.toUpperCase(Locale.ROOT);
        LOG.log(
                nodes.isHead(new NodeId(attempt.node)) ? Level.SEVERE : Level.WARNING,
                "connection test of {0}: not reachable in {1} attempts, at last: {2}. Check that the server runs and takes"
                        + " connections at {3}_HOST and {3}_PORT, that it lets holdfast_probe in with"
                        + " HOLDFAST_PROBE_PASSWORD, and that HOLDFAST_TLS_CA vouches for its name. The application goes on"
                        + " without it and takes it up when it comes; GET /api/health/database tells",
                new Object[] {attempt.node, profile.attempts(), cause, variables});
    }
}
