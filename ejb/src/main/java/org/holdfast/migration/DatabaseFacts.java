package org.holdfast.migration;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the writer's database is when a plan is made.
 *
 * @param tables by name with schema
 * @param volatileFunctions names of functions that give another value for each row
 */
record DatabaseFacts(Map<String, TableFacts> tables, Set<String> volatileFunctions) {
    DatabaseFacts {
        tables = Map.copyOf(tables);
        volatileFunctions = Set.copyOf(volatileFunctions);
    }

    /** Of an empty database. */
    static DatabaseFacts empty() {
        return new DatabaseFacts(Map.of(), Set.of());
    }

    Optional<TableFacts> table(String name) {
        return Optional.ofNullable(tables.get(name.indexOf('.') < 0 ? "public." + name : name));
    }
}
