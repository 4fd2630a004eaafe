package org.holdfast.migration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The files that this application knows. Immutable. */
final class MigrationSet {
    private final NavigableMap<MigrationVersion, Migration> versions = new TreeMap<>();
    private final NavigableMap<MigrationVersion, Migration> rollbacks = new TreeMap<>();
    private final NavigableMap<String, Migration> repeatables = new TreeMap<>();
    private final Set<Migration> shipped;

    /**
     * Files that came with the application, and others.
     *
     * @throws MigrationException when two have the same version
     */
    MigrationSet(Collection<Migration> shipped, Collection<Migration> others) {
        this.shipped = Set.copyOf(shipped);
        List<Migration> files = new ArrayList<>(shipped);
        files.addAll(others);
        for (Migration file : files) {
            Optional<Migration> other = Optional.ofNullable(
                    switch (file.role()) {
                        case VERSION -> versions.put(file.version().orElseThrow(), file);
                        case ROLLBACK -> rollbacks.put(file.version().orElseThrow(), file);
                        case REPEATABLE -> repeatables.put(file.name(), file);
                    });
            other.ifPresent(same -> {
                throw new MigrationException(same.file() + " and " + file.file()
                        + " have the same version; give one of them another (own versions are best dates, such as"
                        + " V20260131)");
            });
        }
    }

    /** Whether a version came with the application. */
    boolean isShipped(Migration file) {
        return shipped.contains(file);
    }

    /** Oldest first. */
    List<Migration> versions() {
        return new ArrayList<>(versions.values());
    }

    Optional<Migration> version(MigrationVersion version) {
        return Optional.ofNullable(versions.get(version));
    }

    Optional<Migration> rollback(MigrationVersion version) {
        return Optional.ofNullable(rollbacks.get(version));
    }

    List<Migration> repeatables() {
        return new ArrayList<>(repeatables.values());
    }

    /** The version or repeatable that the history calls so. */
    Optional<Migration> byId(String id) {
        return id.startsWith("R__")
                ? Optional.ofNullable(repeatables.get(id.substring("R__".length())))
                : version(MigrationVersion.of(id.substring(1)));
    }
}
