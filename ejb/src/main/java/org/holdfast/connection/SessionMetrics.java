package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.MetricUnits;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;
import org.holdfast.topology.NodeId;

/**
 * Sessions, nodes' pools and breakers as metrics. Series are looked up in the registry once and kept: the registry's own look-up
 * costs more than the rest. Thread-safe.
 */
@ApplicationScoped
class SessionMetrics {
    private static final List<Duration> AGES =
            List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofSeconds(60));

    private record Kind(String node, AccessIntent intent, SessionOutcome outcome) {}

    private record Series(Counter count, Timer duration, Timer connectionWait) {}

    private final Map<Kind, Series> series = new ConcurrentHashMap<>();

    @Inject
    MetricRegistry registry;

    @Inject
    NodeGates gates;

    @Inject
    OpenSessions open;

    void ended(SessionEnded session) {
        Kind kind = new Kind(session.node().map(NodeId::name).orElse("none"), session.intent(), session.outcome());
        Series its = series.get(kind);
        if (its == null) {
            its = series.computeIfAbsent(kind, this::register);
        }
        its.count.inc();
        its.duration.update(session.duration());
        if (!session.connectionWait().isZero()) {
            its.connectionWait.update(session.connectionWait());
        }
    }

    private Series register(Kind kind) {
        Tag node = new Tag("node", kind.node);
        Tag intent = new Tag("intent", kind.intent.label());
        return new Series(
                registry.counter("holdfast_sessions", node, intent, new Tag("outcome", kind.outcome.label())),
                registry.timer(seconds("holdfast_session"), node, intent),
                registry.timer(seconds("holdfast_connection_wait"), node));
    }

    // The server writes a timer's quantiles in seconds only when it is told that they are nanoseconds.
    private static Metadata seconds(String name) {
        return Metadata.builder()
                .withName(name)
                .withUnit(MetricUnits.NANOSECONDS)
                .build();
    }

    void retried(ErrorCategory category) {
        registry.counter("holdfast_retries", new Tag("category", category.label()))
                .inc();
    }

    void rollbackFailed(@ObservesAsync RollbackFailed event) {
        registry.counter(
                        "holdfast_rollbacks_failed",
                        new Tag("node", event.node().name()))
                .inc();
    }

    /** Call once, at the start: gauges are asked when somebody scrapes. */
    void registerGauges() {
        for (NodeGate gate : gates.all()) {
            Tag node = new Tag("node", gate.node().name());
            pool("holdfast_pool_active", gate, PoolUse::active, node);
            pool("holdfast_pool_idle", gate, PoolUse::idle, node);
            pool("holdfast_pool_waiting", gate, PoolUse::waiting, node);
            pool("holdfast_pool_max", gate, PoolUse::max, node);
            registry.gauge(
                    "holdfast_breaker_state", gate, its -> its.breaker().state().gauge(), node);
        }
        for (Duration age : AGES) {
            registry.gauge(
                    "holdfast_sessions_open",
                    open,
                    sessions -> sessions.olderThan(age, System.nanoTime()),
                    new Tag("older_than_seconds", Long.toString(age.toSeconds())));
        }
    }

    private void pool(String name, NodeGate gate, ToIntFunction<PoolUse> value, Tag node) {
        registry.gauge(name, gate.pool(), value::applyAsInt, node);
    }
}
