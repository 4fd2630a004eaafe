package org.holdfast.health;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.Timeout;
import jakarta.ejb.TimerConfig;
import jakarta.ejb.TimerService;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.clock.ClockSetBack;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.NodeFailed;
import org.holdfast.topology.NodeId;
import org.holdfast.topology.Topology;
import org.holdfast.topology.TopologyChanged;
import org.holdfast.topology.TopologyConfig;

/** The beat of the health checks: probes every node at once, each in a thread and with a deadline of its own. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ProbeTimer {
    private static final Logger LOG = Logger.getLogger(ProbeTimer.class.getName());

    @Resource
    TimerService timers;

    @Resource
    ManagedExecutorService executor;

    @Inject
    HealthConfig config;

    @Inject
    TopologyConfig nodes;

    @Inject
    HealthTracker tracker;

    @Inject
    CurrentTopology current;

    @Inject
    InstantSource clock;

    @Inject
    Event<TopologyChanged> changed;

    // Results are computed and published in one order, or an older topology could replace a newer one.
    private final Object publishing = new Object();
    private final Map<NodeId, ProbeSchedule> schedules = new LinkedHashMap<>();

    @PostConstruct
    void start() {
        add(nodes.primary());
        add(nodes.failover());
        schedule();
    }

    private void schedule() {
        long interval = config.probeInterval().toMillis();
        timers.createIntervalTimer(0, interval, new TimerConfig(null, false));
    }

    private void add(List<NodeId> ids) {
        for (NodeId id : ids) {
            NodeProbe probe = NodeProbe.of(nodes, id, () -> current.get().epoch());
            schedules.put(id, new ProbeSchedule(probe, config));
        }
    }

    /** Begins anew, or the timers would wait until the clock has caught up. */
    public void restart(@ObservesAsync ClockSetBack step) {
        ClockSetBack.restart(timers, this::schedule);
    }

    @Timeout
    void beat() {
        schedules.forEach(this::probe);
    }

    /** A request failed on a node: ask it now rather than at the next beat. */
    public void failed(@ObservesAsync NodeFailed event) {
        ProbeSchedule schedule = schedules.get(event.node());
        if (schedule != null) {
            probe(event.node(), schedule);
        }
    }

    private void probe(NodeId id, ProbeSchedule schedule) {
        switch (schedule.next(System.nanoTime())) {
            case PROBE -> executor.execute(() -> record(id, schedule.run()));
            case OVERDUE ->
                record(
                        id,
                        ProbeResult.failed(
                                "no answer within " + config.probeTimeout().toMillis() + " ms"));
            case WAIT -> {}
        }
    }

    private void record(NodeId id, ProbeResult result) {
        synchronized (publishing) {
            Topology now = tracker.record(id, result, clock.instant(), System.nanoTime());
            Topology before = current.publish(now);
            if (!now.hasSameStates(before)) {
                log(before, now);
                changed.fireAsync(new TopologyChanged(before, now));
            }
        }
    }

    private static void log(Topology before, Topology now) {
        for (Node node : now.nodes()) {
            before.node(node.id())
                    .filter(was -> was.state() != node.state())
                    .ifPresent(was -> LOG.log(Level.INFO, "node {0} is {1}, was {2} for {3} s{4}", new Object[] {
                        node.id(),
                        node.state(),
                        was.state(),
                        Duration.between(was.since(), now.at()).toSeconds(),
                        node.reason().isEmpty() ? "" : ": " + node.reason()
                    }));
        }
    }
}
