package org.holdfast.integrity;

import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/** Comparisons of the clusters as operators ask for and see them. Thread-safe. */
@ApplicationScoped
public class Integrity {
    @Inject
    CurrentTopology current;

    @Inject
    MetricRegistry registry;

    private final AtomicLong found = new AtomicLong();

    /**
     * Starts the job that compares the clusters, or goes on with a run that did not come to its end.
     *
     * @param repairs whether rows of the standby are made as the writer's
     * @param by who asks
     * @return the execution of the job {@code integrity}
     * @throws RefusedException (conflict) when no standby follows, or a comparison is under way
     * @throws NothingHappenedException when the writer does not answer
     */
    public long start(boolean repairs, String by) {
        Topology now = current.get();
        Optional<String> obstacle = obstacle(now);
        if (obstacle.isPresent()) {
            throw new RefusedException(ErrorCategory.CONFLICT, "not started: " + obstacle.get());
        }
        try {
            if (IntegrityRun.isUnderWay(owner(now.primary().orElseThrow()))) {
                throw new RefusedException(ErrorCategory.CONFLICT, "not started: a comparison is under way");
            }
        } catch (SQLException failure) {
            throw unanswered(failure);
        }
        Properties parameters = new Properties();
        parameters.setProperty("repair", Boolean.toString(repairs));
        parameters.setProperty("by", by);
        return BatchRuntime.getJobOperator().start("integrity", parameters);
    }

    /**
     * The newest run, under way or not; empty before the first one.
     *
     * @throws NothingHappenedException when the writer does not answer
     */
    public Optional<IntegrityReport> report() {
        Node writer = current.get()
                .primary()
                .filter(Node::isUp)
                .orElseThrow(
                        () -> new NothingHappenedException(ErrorCategory.CONNECTION, "the writer does not answer"));
        try {
            return RunStore.report(owner(writer));
        } catch (SQLException failure) {
            throw unanswered(failure);
        }
    }

    private static NothingHappenedException unanswered(SQLException failure) {
        return new NothingHappenedException(ErrorCategory.CONNECTION, "the writer could not be asked", failure);
    }

    /** Why the clusters cannot be compared now; empty when they can. */
    static Optional<String> obstacle(Topology now) {
        if (now.primary().filter(Node::isUp).isEmpty()) {
            return Optional.of("the writer does not answer");
        }
        if (!now.isOpen()) {
            return Optional.of("the writer is being switched");
        }
        Optional<Node> standby = now.head(now.writer().other());
        if (standby.isEmpty()) {
            return Optional.of("there is no other cluster to compare with");
        }
        if (!standby.get().isUp()) {
            return Optional.of(standby.get().id() + " is " + standby.get().state());
        }
        return standby.get().applied().isPresent()
                ? Optional.empty()
                : Optional.of(standby.get().id() + " does not follow the writer with every table");
    }

    /** The heads of a topology without an obstacle. */
    static HeadPair heads(Topology now) {
        Node writer = now.primary().orElseThrow();
        Node standby = now.head(now.writer().other()).orElseThrow();
        return new HeadPair(
                now.epoch(), writer.id().name(), owner(writer), standby.id().name(), owner(standby));
    }

    /** Physical replicas that answer. As the application's role: the probes' few connections are theirs. */
    static Map<String, Database> replicas(Topology now) {
        return now.nodes().stream()
                .filter(node -> !node.isHead() && node.isUp())
                .collect(Collectors.toMap(node -> node.id().name(), node -> Database.named("jdbc/" + node.id())));
    }

    private static Database owner(Node head) {
        return Database.owner(head.id().name());
    }

    /** A run has come to its end: what it has left behind is seen as a metric. */
    void ended(IntegrityReport report) {
        found.set(report.unrepaired());
        registry.gauge("holdfast_integrity_findings", found, AtomicLong::get);
    }
}
