package org.holdfast.migration;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.holdfast.topology.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * A version for people.
 *
 * @param version null for a repeatable file
 * @param state {@code pending}, {@code partial} (on one cluster only), {@code applied}, {@code baseline}, {@code failed},
 *     {@code edited} (its file was changed since) or {@code missing} (applied, and its file is not known here)
 * @param hasRollback whether there is a file that takes it back
 * @param primary null where that cluster does not have it
 */
public record MigrationLine(
        @Nullable String version,
        String name,
        MigrationKind kind,
        String state,
        boolean hasRollback,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Applied primary,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Applied failover) {
    /** When and by whom a cluster got it. */
    public record Applied(Instant appliedAt, long millis, String appliedBy) {
        static @Nullable Applied of(Optional<AppliedMigration> line) {
            return line.filter(found -> found.state().isDone())
                    .map(found -> new Applied(found.appliedAt(), found.millis(), found.appliedBy()))
                    .orElse(null);
        }
    }

    /** One for each version and file, of the clusters that could be asked. */
    static List<MigrationLine> of(MigrationSet files, Map<Cluster, History> asked) {
        Map<Cluster, History> histories = new EnumMap<>(asked);
        TreeSet<MigrationVersion> versions = new TreeSet<>();
        Set<String> repeatables = new HashSet<>();
        histories.values().forEach(history -> {
            history.lines()
                    .forEach(line -> line.version().ifPresentOrElse(versions::add, () -> repeatables.add(line.id())));
        });
        files.versions().forEach(file -> versions.add(file.version().orElseThrow()));
        files.repeatables().forEach(file -> repeatables.add(file.id()));
        return Stream.concat(
                        versions.stream().map(version -> "V" + version),
                        repeatables.stream().sorted())
                .map(id -> of(id, files, histories))
                .toList();
    }

    private static MigrationLine of(String id, MigrationSet files, Map<Cluster, History> histories) {
        Optional<Migration> file = files.byId(id);
        List<AppliedMigration> lines = new ArrayList<>();
        histories.values().forEach(history -> history.line(id).ifPresent(lines::add));
        Optional<MigrationVersion> version =
                id.startsWith("V") ? Optional.of(MigrationVersion.of(id.substring(1))) : Optional.empty();
        return new MigrationLine(
                version.map(MigrationVersion::toString).orElse(null),
                file.map(Migration::name).orElseGet(() -> lines.get(0).name()),
                file.map(Migration::kind).orElseGet(() -> lines.get(0).kind()),
                state(file, lines, histories.values()),
                version.flatMap(files::rollback).isPresent(),
                Applied.of(line(histories, Cluster.primary, id)),
                Applied.of(line(histories, Cluster.failover, id)));
    }

    private static Optional<AppliedMigration> line(Map<Cluster, History> histories, Cluster cluster, String id) {
        return Optional.ofNullable(histories.get(cluster)).flatMap(history -> history.line(id));
    }

    private static String state(Optional<Migration> file, List<AppliedMigration> lines, Collection<History> histories) {
        if (lines.stream().anyMatch(line -> !line.state().isDone())) {
            return "failed";
        }
        if (lines.isEmpty()) {
            return "pending";
        }
        if (file.isEmpty()) {
            return "missing";
        }
        if (lines.stream().anyMatch(line -> History.isEdited(line, file.get()))) {
            return "edited";
        }
        long having =
                histories.stream().filter(history -> history.has(file.get())).count();
        if (having == 0) {
            return "pending";
        }
        return having < histories.size() ? "partial" : lines.get(0).state().name();
    }
}
