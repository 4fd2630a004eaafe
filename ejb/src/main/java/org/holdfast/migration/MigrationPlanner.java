package org.holdfast.migration;

import static org.holdfast.migration.LintFinding.Severity.WARNING;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.holdfast.migration.MigrationPlan.Direction;
import org.holdfast.topology.Cluster;

/** Decides what runs where and in which order. Asks no database. */
final class MigrationPlanner {
    private final MigrationSet files;
    private final Map<Cluster, History> histories;
    private final Cluster writer;
    private final MigrationLint lint;
    private final List<MigrationStep> steps = new ArrayList<>();
    private final List<String> waiting = new ArrayList<>();

    /**
     * A planner for one plan.
     *
     * @param histories of the writer, and of the standby if there is one
     * @param javaChunks names of the steps in Java that there are
     */
    MigrationPlanner(
            MigrationSet files,
            Map<Cluster, History> histories,
            Cluster writer,
            DatabaseFacts facts,
            Set<String> javaChunks) {
        this.files = files;
        this.histories = Map.copyOf(histories);
        this.writer = writer;
        this.lint = new MigrationLint(facts, javaChunks);
    }

    /** @throws MigrationException when an applied file was changed, or the target is not known */
    MigrationPlan plan(MigrationOrder order) {
        histories.values().forEach(history -> history.requireUnchanged(files));
        order.target().ifPresent(target -> {
            boolean isKnown = files.version(target).isPresent()
                    || (order.direction() == Direction.rollback && target.equals(MigrationVersion.of("0")))
                    || histories.values().stream()
                            .anyMatch(history -> history.versions().contains(target));
            if (!isKnown) {
                throw new MigrationException("there is no version " + target);
            }
        });
        switch (order.direction()) {
            case run -> forward(order);
            case rollback -> back(order.target().orElseThrow());
        }
        return new MigrationPlan(order.direction(), steps, lint.findings(), waiting);
    }

    private void forward(MigrationOrder order) {
        boolean isWaiting = false;
        boolean isNew = histories.values().stream()
                .allMatch(history -> history.versions().isEmpty());
        for (Migration migration : files.versions()) {
            MigrationVersion version = migration.version().orElseThrow();
            List<Cluster> lacking = lacking(migration);
            if (lacking.isEmpty()
                    || order.target()
                            .filter(last -> version.compareTo(last) > 0)
                            .isPresent()) {
                continue;
            }
            // One that has begun is ended, whoever asks. Nobody can be at work with an older version of a new schema.
            isWaiting |= order.isAutomatic()
                    && !isNew
                    && migration.kind() == MigrationKind.contract
                    && lacking.size() == histories.size();
            if (isWaiting) {
                waiting.add(version.toString());
                continue;
            }
            add(migration, lacking);
        }
        if (order.target().isEmpty() && !isWaiting) {
            for (Migration repeatable : files.repeatables()) {
                List<Cluster> lacking = lacking(repeatable);
                if (!lacking.isEmpty()) {
                    add(repeatable, lacking);
                }
            }
        }
    }

    private void add(Migration migration, List<Cluster> lacking) {
        // What the standby alone lacks was looked at when the writer got it.
        if (lacking.contains(writer)) {
            lint.add(migration, migration.version().flatMap(files::rollback).isPresent());
        }
        for (Cluster cluster : lacking) {
            boolean isOutOfOrder = migration
                    .version()
                    .filter(version ->
                            history(cluster).versions().stream().anyMatch(applied -> applied.compareTo(version) > 0))
                    .isPresent();
            if (isOutOfOrder && cluster == writer) {
                lint.file(
                        migration,
                        LintRule.OUT_OF_ORDER,
                        WARNING,
                        "comes after later versions that are applied already");
            }
            steps.add(new MigrationStep(
                    steps.size() + 1,
                    migration.version().map(MigrationVersion::toString).orElse(migration.name()),
                    migration.name(),
                    migration.kind(),
                    cluster,
                    migration.file(),
                    isOutOfOrder));
        }
    }

    // In the order of the kind.
    private List<Cluster> lacking(Migration migration) {
        return inOrder(migration.kind().isStandbyFirst()).stream()
                // Rows come to the standby by replication.
                .filter(cluster -> migration.kind() != MigrationKind.data || cluster == writer)
                .filter(cluster -> !history(cluster).has(migration))
                .toList();
    }

    private List<Cluster> inOrder(boolean isStandbyFirst) {
        List<Cluster> clusters = new ArrayList<>(List.of(writer));
        if (histories.containsKey(writer.other())) {
            clusters.add(writer.other());
        }
        if (isStandbyFirst) {
            Collections.reverse(clusters);
        }
        return clusters;
    }

    private void back(MigrationVersion target) {
        TreeSet<MigrationVersion> applied = new TreeSet<>(Collections.reverseOrder());
        histories.values().forEach(history -> applied.addAll(history.versions()));
        boolean isNeeded = false;
        for (MigrationVersion version : applied) {
            if (version.compareTo(target) > 0) {
                isNeeded |= takeBack(version);
            }
        }
        // Said once, of the lowest: the others are above it.
        if (isNeeded) {
            files.versions().stream()
                    .filter(file -> files.isShipped(file)
                            && file.version().orElseThrow().compareTo(target) > 0)
                    .findFirst()
                    .ifPresent(file -> lint.file(
                            file,
                            LintRule.APPLICATION_NEEDS,
                            WARNING,
                            "and what follows is what this"
                                    + " application needs: it is not ready until they are applied again"));
        }
    }

    private boolean takeBack(MigrationVersion version) {
        String id = "V" + version;
        AppliedMigration line = histories.values().stream()
                .flatMap(history -> history.line(id).stream())
                .findFirst()
                .orElseThrow();
        Optional<Migration> file = files.version(version);
        MigrationKind kind = file.map(Migration::kind).orElse(line.kind());
        Optional<Migration> rollback = files.rollback(version);
        rollback.ifPresentOrElse(lint::addRollback, () -> lint.missingRollback(version));
        for (Cluster cluster : inOrder(kind == MigrationKind.contract)) {
            if (history(cluster).line(id).isPresent()) {
                steps.add(new MigrationStep(
                        steps.size() + 1,
                        version.toString(),
                        line.name(),
                        kind,
                        cluster,
                        rollback.map(Migration::file).orElse(""),
                        false));
            }
        }
        return file.filter(each -> each.kind() == MigrationKind.expand && files.isShipped(each))
                .isPresent();
    }

    private History history(Cluster cluster) {
        return Optional.ofNullable(histories.get(cluster)).orElseThrow();
    }
}
