package org.holdfast.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.holdfast.jdbc.Database;
import org.holdfast.jdbc.SessionLock;
import org.holdfast.job.JobInterruptedException;
import org.holdfast.topology.Cluster;

/**
 * Changes both clusters, version by version, each in the order of its kind. Interrupted at any point, it goes on from there
 * when run again. Thread-safe; runners of several instances exclude each other.
 */
public final class MigrationRunner {
    private static final Logger LOG = Logger.getLogger(MigrationRunner.class.getName());
    private static final String OPEN_WRITER =
            "select state = 'open' and writer = ? from ops.cluster_switch order by epoch desc limit 1";

    private final Map<Cluster, Database> heads = new EnumMap<>(Cluster.class);
    private final MigrationConfig config;
    private final MigrationFiles files;
    private final JavaChunks javaChunks;

    /**
     * A runner over one or two clusters.
     *
     * @param owners connections of the schema's owner to the head of each cluster
     * @param javaChunks the steps in Java that files may name
     */
    MigrationRunner(
            Map<Cluster, DataSource> owners, MigrationConfig config, MigrationFiles files, JavaChunks javaChunks) {
        owners.forEach((cluster, owner) -> heads.put(cluster, Database.of(owner)));
        this.config = config;
        this.files = files;
        this.javaChunks = javaChunks;
    }

    boolean hasStandby() {
        return heads.size() > 1;
    }

    /**
     * Whether the writing cluster has everything that the application cannot do without; asks that cluster alone. What a
     * contract takes away and what data versions fill in is not among it. A later version than this application knows is no
     * obstacle: another instance may be newer.
     *
     * @throws MigrationException when a file was changed after it was applied
     */
    boolean isCurrent(Cluster writer) throws SQLException {
        MigrationSet known = files.read();
        History history = head(writer).with(HistoryTable::read);
        history.requireUnchanged(known);
        return known.versions().stream()
                .filter(file -> file.kind() == MigrationKind.expand)
                .allMatch(history::has);
    }

    /** Whether the writing cluster has every expand version that came with the application. */
    boolean hasShipped(Cluster writer) throws SQLException {
        History history = head(writer).with(HistoryTable::read);
        return files.shipped().stream()
                .filter(file -> file.role() == Migration.Role.VERSION && file.kind() == MigrationKind.expand)
                .allMatch(history::has);
    }

    /**
     * What an order would do now; changes nothing.
     *
     * @param isStandbyThere otherwise the standby is taken to be as the writer is
     * @throws MigrationException when it cannot be planned: the message says why
     */
    MigrationPlan plan(Cluster writer, MigrationOrder order, boolean isStandbyThere) throws SQLException {
        Map<Cluster, History> histories = new EnumMap<>(Cluster.class);
        histories.put(writer, head(writer).with(HistoryTable::read));
        if (hasStandby()) {
            histories.put(
                    writer.other(),
                    isStandbyThere ? head(writer.other()).with(HistoryTable::read) : histories.get(writer));
        }
        return plan(writer, files.read(), histories, order);
    }

    private MigrationPlan plan(
            Cluster writer, MigrationSet known, Map<Cluster, History> histories, MigrationOrder order)
            throws SQLException {
        DatabaseFacts facts = head(writer).with(FactsReader::read);
        return new MigrationPlanner(known, histories, writer, facts, javaChunks.names()).plan(order);
    }

    /** Every version that is known or was applied, oldest first, then repeatable files. */
    List<MigrationLine> lines(Cluster writer, boolean isStandbyThere) throws SQLException {
        Map<Cluster, History> histories = new EnumMap<>(Cluster.class);
        for (Cluster cluster : heads.keySet()) {
            if (cluster == writer || isStandbyThere) {
                histories.put(cluster, head(cluster).with(HistoryTable::read));
            }
        }
        return MigrationLine.of(files.read(), histories);
    }

    Fingerprint fingerprint(Cluster cluster) throws SQLException {
        return head(cluster).with(Fingerprint::read);
    }

    /**
     * Takes the texts of edited files over as what was applied, and lets versions that failed outside of transactions begin
     * anew.
     *
     * @return the names of the files
     */
    List<String> repair() throws SQLException {
        MigrationSet known = files.read();
        List<String> repaired = new ArrayList<>();
        for (Database head : heads.values()) {
            repaired.addAll(head.inTransaction(connection -> {
                List<String> here = new ArrayList<>();
                for (AppliedMigration line : HistoryTable.read(connection).lines()) {
                    Optional<Migration> file = known.byId(line.id()).filter(each -> History.isEdited(line, each));
                    if (file.isPresent()) {
                        Database.run(
                                connection,
                                "update migration.history set checksum = ? where id = ?",
                                file.get().checksum(),
                                line.id());
                        here.add(file.get().file());
                    } else if (!line.state().isDone()) {
                        HistoryTable.remove(connection, line.id());
                        here.add(line.id());
                    }
                }
                return here;
            }));
        }
        return repaired.stream().distinct().sorted().toList();
    }

    /**
     * Carries an order out.
     *
     * @return what came of it; empty when another runner is at it, and nothing was done
     * @throws MigrationException when a person is needed; what was done before stays
     * @throws JobInterruptedException when it is to be run again
     */
    Optional<MigrationResult> run(Cluster writer, MigrationOrder order, MigrationWatch watch) throws SQLException {
        Optional<SessionLock> acquired = RunnerLock.acquire(head(writer), watch);
        if (acquired.isEmpty()) {
            return Optional.empty();
        }
        try (SessionLock lock = acquired.get()) {
            return Optional.of(new Run(writer, order, watch, lock).all());
        }
    }

    private Database head(Cluster cluster) {
        return Optional.ofNullable(heads.get(cluster)).orElseThrow();
    }

    /** One run, under the lock. */
    private final class Run {
        private final Cluster writer;
        private final MigrationOrder order;
        private final MigrationWatch watch;
        private final SessionLock lock;
        private final MigrationSet known = files.read();
        private final Map<Cluster, ClusterSchema> schemas = new EnumMap<>(Cluster.class);
        private final Optional<Replication> replication;

        Run(Cluster writer, MigrationOrder order, MigrationWatch watch, SessionLock lock) {
            this.writer = writer;
            this.order = order;
            this.watch = watch;
            this.lock = lock;
            heads.forEach((cluster, head) -> schemas.put(cluster, new ClusterSchema(head, config, watch, order.by())));
            this.replication =
                    hasStandby() ? Optional.of(new Replication(head(writer), head(writer.other()))) : Optional.empty();
        }

        MigrationResult all() throws SQLException {
            for (ClusterSchema schema : schemas.values()) {
                schema.prepare(known);
            }
            MigrationPlan plan = plan(writer, known, histories(), order);
            requireNoObstacle(plan);
            if (!plan.isEmpty()) {
                LOG.log(Level.INFO, "migrating: {0} steps, {1} findings", new Object[] {
                    plan.steps().size(), plan.findings().size()
                });
            }
            boolean isNew = histories().values().stream()
                    .allMatch(history -> history.versions().isEmpty());
            // Of a new schema nothing is replicated before it is whole: nobody writes to it yet.
            boolean isSettled = isNew;
            String takenBack = "";
            for (MigrationStep step : plan.steps()) {
                watch.requireGoesOn();
                lock.requireHeld();
                watch.says(step.file() + " on " + step.cluster());
                if (step.kind() == MigrationKind.data && plan.direction() == MigrationPlan.Direction.run) {
                    if (!isSettled) {
                        settle();
                        isSettled = true;
                    }
                    applyData(step);
                    continue;
                }
                isSettled = isNew;
                if (isOfReturn(step, plan.direction()) && !step.version().equals(takenBack)) {
                    // What the version above has brought back: this one may need its rows on both clusters.
                    settle();
                    takenBack = step.version();
                }
                if (isAfterWriter(step, plan.direction())) {
                    // What the writer sent before must be taken in before its place is gone.
                    followTheLoss();
                }
                carryOut(step, plan.direction());
                LOG.log(Level.INFO, "{0} on {1}: done", new Object[] {step.file(), step.cluster()});
            }
            noteReplicatedData();
            settle();
            return new MigrationResult(plan.steps().size(), plan.waiting(), plan.isEmpty() ? List.of() : differences());
        }

        private void requireNoObstacle(MigrationPlan plan) throws SQLException {
            List<LintFinding> obstacles = plan.obstacles(order.overrides());
            if (!obstacles.isEmpty()) {
                throw new MigrationException(
                        obstacles.stream().map(LintFinding::toString).collect(Collectors.joining("; ")));
            }
            tellOverridden(plan);
        }

        // The one place where an override takes effect.
        private void tellOverridden(MigrationPlan plan) throws SQLException {
            for (LintFinding finding : plan.overridden(order.overrides())) {
                LOG.log(Level.WARNING, "{0} overrode {1}", new Object[] {order.by(), finding});
                head(writer).inTransaction(connection -> {
                    record(connection, "OVERRODE", finding.toString());
                    return true;
                });
            }
        }

        // Nothing before the version that brings the trail, or after it was rolled back.
        private void record(Connection connection, String operation, String what) throws SQLException {
            if (!HistoryTable.exists(connection, "audit.entry")) {
                return;
            }
            // A row of its own on a standby would be there alone. Not the lease: nobody has one before the schema.
            if (!Database.isTrue(connection, OPEN_WRITER, writer.name())) {
                throw new JobInterruptedException("the writer is being switched");
            }
            Database.run(
                    connection,
                    "select set_config('holdfast.caller', concat_ws(chr(31), 'batch', ?::text, '', '', ''), true),"
                            + " audit.record(null, ?, 'migration', ?, null)",
                    order.by(),
                    operation,
                    what);
        }

        // The trail of the writer has an entry for each change of it, in the same transaction.
        private ClusterSchema.Alongside entry(MigrationStep step, String operation) {
            return step.cluster() == writer
                    ? connection -> record(connection, operation, step.file())
                    : connection -> {};
        }

        private Map<Cluster, History> histories() throws SQLException {
            Map<Cluster, History> histories = new EnumMap<>(Cluster.class);
            for (Map.Entry<Cluster, ClusterSchema> schema : schemas.entrySet()) {
                histories.put(schema.getKey(), schema.getValue().history());
            }
            return histories;
        }

        private static boolean isOfReturn(MigrationStep step, MigrationPlan.Direction direction) {
            return direction == MigrationPlan.Direction.rollback && step.kind() == MigrationKind.contract;
        }

        private boolean isAfterWriter(MigrationStep step, MigrationPlan.Direction direction) {
            boolean isStandbyFirst = step.kind().isStandbyFirst() == (direction == MigrationPlan.Direction.run);
            return step.cluster() != writer && !isStandbyFirst;
        }

        private void followTheLoss() throws SQLException {
            if (replication.isPresent()) {
                replication.get().followTheLoss(watch);
            }
        }

        private void carryOut(MigrationStep step, MigrationPlan.Direction direction) throws SQLException {
            ClusterSchema schema = schema(step.cluster());
            switch (direction) {
                case run -> schema.apply(file(step), entry(step, "MIGRATED"));
                case rollback -> {
                    MigrationVersion version = MigrationVersion.of(step.version());
                    if (step.kind() == MigrationKind.data && step.cluster() != writer) {
                        schema.forget("V" + version);
                    } else {
                        schema.rollBack(
                                known.rollback(version).orElseThrow(),
                                step.kind() == MigrationKind.data,
                                entry(step, "ROLLED_BACK"));
                    }
                }
            }
        }

        private void applyData(MigrationStep step) throws SQLException {
            Migration file = file(step);
            new DataMigration(head(writer), file, config, watch, javaChunks).run();
            schema(writer)
                    .note(
                            HistoryTable.line(
                                    file,
                                    AppliedMigration.State.applied,
                                    order.by(),
                                    0,
                                    file.statements().size()),
                            entry(step, "MIGRATED"));
        }

        private Migration file(MigrationStep step) {
            return known.versions().stream()
                    .filter(file -> file.file().equals(step.file()))
                    .findFirst()
                    .or(() -> known.repeatables().stream()
                            .filter(file -> file.file().equals(step.file()))
                            .findFirst())
                    .orElseThrow();
        }

        // The rows and the checkpoint come to the standby by themselves.
        private void noteReplicatedData() throws SQLException {
            if (!hasStandby()) {
                return;
            }
            Map<Cluster, History> histories = histories();
            History standby = Optional.ofNullable(histories.get(writer.other())).orElseThrow();
            for (AppliedMigration line :
                    Optional.ofNullable(histories.get(writer)).orElseThrow().lines()) {
                if (line.kind() == MigrationKind.data
                        && line.state().isDone()
                        && standby.line(line.id()).isEmpty()) {
                    schema(writer.other()).note(line, connection -> {});
                }
            }
        }

        private void settle() throws SQLException {
            for (Database head : heads.values()) {
                head.with(connection ->
                        Database.isTrue(connection, "select to_regprocedure('ops.guard_tables()') is not null")
                                && Database.isTrue(connection, "select ops.guard_tables() >= 0"));
            }
            if (replication.isPresent()) {
                replication.get().publishNewTables();
            }
            watch.settled();
        }

        private List<String> differences() throws SQLException {
            if (!hasStandby()) {
                return List.of();
            }
            List<String> differences = new ArrayList<>();
            Map<Cluster, History> histories = histories();
            if (histories.values().stream().map(History::versions).distinct().count() > 1) {
                differences.add("the clusters do not have the same versions");
            }
            differences.addAll(Fingerprint.differences(fingerprint(Cluster.primary), fingerprint(Cluster.failover)));
            differences.forEach(difference -> LOG.log(Level.WARNING, "the clusters differ: {0}", difference));
            return differences;
        }

        private ClusterSchema schema(Cluster cluster) {
            return Optional.ofNullable(schemas.get(cluster)).orElseThrow();
        }
    }
}
