package org.holdfast.migration;

import jakarta.batch.runtime.BatchRuntime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.CurrentTopology;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;

/**
 * Migrations as operators see and ask for them. Every call throws {@link RefusedException} when it cannot be as the database or
 * the files are now, and {@link NothingHappenedException} when the writer does not answer. Thread-safe.
 */
@ApplicationScoped
public class Migrations {
    private static final Logger LOG = Logger.getLogger(Migrations.class.getName());

    @Inject
    CurrentTopology current;

    @Inject
    MigrationRunner runner;

    @Inject
    SchemaState state;

    private interface Question<T> {
        T ask() throws SQLException;
    }

    /** Every version, where it is, and whether both clusters have the same shape. */
    public MigrationOverview overview() {
        Topology now = current.get();
        return ask(() -> {
            Map<Cluster, Fingerprint> shapes = new EnumMap<>(Cluster.class);
            for (Cluster cluster : Cluster.values()) {
                if (isUp(now, cluster)) {
                    shapes.put(cluster, runner.fingerprint(cluster));
                }
            }
            String waiting = state.waiting();
            return new MigrationOverview(
                    runner.lines(now.writer(), isUp(now, now.writer().other())),
                    null,
                    fingerprints(shapes),
                    waiting.isEmpty() ? null : waiting);
        });
    }

    private static MigrationOverview.Fingerprints fingerprints(Map<Cluster, Fingerprint> shapes) {
        Optional<Fingerprint> primary = Optional.ofNullable(shapes.get(Cluster.primary));
        Optional<Fingerprint> failover = Optional.ofNullable(shapes.get(Cluster.failover));
        List<String> differences = primary.isPresent() && failover.isPresent()
                ? Fingerprint.differences(primary.get(), failover.get())
                : List.of();
        return new MigrationOverview.Fingerprints(
                primary.map(Fingerprint::hash).orElse(null),
                failover.map(Fingerprint::hash).orElse(null),
                (primary.isPresent() && failover.isPresent()) ? differences.isEmpty() : null,
                differences);
    }

    /**
     * What a run, or a rollback, would do now.
     *
     * @param target the last version to apply, or the one to go back to
     */
    public MigrationPlan plan(Direction direction, Optional<MigrationVersion> target) {
        return plan(new MigrationOrder(direction, target, Set.of(), false, "nobody"));
    }

    private MigrationPlan plan(MigrationOrder order) {
        Topology now = current.get();
        return ask(() -> runner.plan(now.writer(), order, isUp(now, now.writer().other())));
    }

    /**
     * Starts the job that applies what is pending.
     *
     * @param overrides labels of rules whose errors do not stop it
     * @param by who asks
     * @return the execution of the job {@code migration}
     */
    public long run(Optional<MigrationVersion> target, Set<String> overrides, String by) {
        Set<String> unknown = new TreeSet<>(overrides);
        unknown.removeAll(new HashSet<>(LintRule.overridable()));
        if (!unknown.isEmpty()) {
            throw new RefusedException(
                    ErrorCategory.VALIDATION,
                    unknown + " cannot be overridden; possible are " + LintRule.overridable());
        }
        return start(new MigrationOrder(Direction.run, target, overrides, false, by));
    }

    /** Starts the job that takes every version after the target back. */
    public long rollback(MigrationVersion target, String by) {
        MigrationOrder order = new MigrationOrder(Direction.rollback, Optional.of(target), Set.of(), false, by);
        return start(order);
    }

    /**
     * Takes edited files over as what was applied.
     *
     * @return their names
     */
    public List<String> repair(String by) {
        Topology now = current.get();
        for (Node head : now.nodes()) {
            if (head.isHead() && !head.isUp()) {
                throw new RefusedException(
                        ErrorCategory.CONFLICT, "not repaired: " + head.id() + " is " + head.state());
            }
        }
        List<String> repaired = ask(runner::repair);
        LOG.log(Level.WARNING, "{0} took over the checksums of {1}", new Object[] {by, repaired});
        return repaired;
    }

    private long start(MigrationOrder order) {
        List<LintFinding> obstacles = plan(order).obstacles(order.overrides());
        if (!obstacles.isEmpty()) {
            throw new RefusedException(
                    ErrorCategory.CONFLICT,
                    "not started: "
                            + obstacles.stream().map(LintFinding::toString).collect(Collectors.joining("; ")));
        }
        return BatchRuntime.getJobOperator().start("migration", MigrationParameters.of(order));
    }

    private static boolean isUp(Topology now, Cluster cluster) {
        return now.head(cluster).filter(Node::isUp).isPresent();
    }

    private static <T> T ask(Question<T> question) {
        try {
            return question.ask();
        } catch (MigrationException refused) {
            throw new RefusedException(ErrorCategory.CONFLICT, String.valueOf(refused.getMessage()), refused);
        } catch (SQLException failure) {
            throw new NothingHappenedException(
                    ErrorCategory.CONNECTION, "the databases could not be asked for their versions", failure);
        }
    }
}
