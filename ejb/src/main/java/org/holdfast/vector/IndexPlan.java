package org.holdfast.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.holdfast.vector.VectorTables.Part;
import org.jspecify.annotations.Nullable;

/**
 * What is left to do for a table of one head to have its index as a profile makes it. It looks at what is there, so it
 * is the same plan from the beginning and from wherever somebody was interrupted. Pure.
 *
 * <p>The new index is built beside the old one under another name; then both change names in one transaction, and what has become
 * the old one is dropped. So there is always one that searches can use, and its name stays.
 */
final class IndexPlan {
    static final String METHOD = "hnsw";
    static final String OPCLASS = "halfvec_cosine_ops";

    /**
     * An index as it is.
     *
     * @param isFitting whether it is of the method, expression and operator class that searches use
     * @param predicate as PostgreSQL tells it; null when it is of all rows
     */
    record Present(
            String name,
            boolean isValid,
            boolean isFitting,
            @Nullable String predicate,
            int m,
            int efConstruction) {
        boolean isOf(Part part) {
            return Objects.equals(predicate, part.predicate() == null ? null : "(" + part.predicate() + ")");
        }

        boolean isAs(IndexProfile profile, Part part) {
            return isValid && isFitting && isOf(part) && m == profile.m() && efConstruction == profile.efConstruction();
        }
    }

    /** A statement, or two that belong together. */
    record Step(Kind kind, List<String> statements) {
        Step {
            statements = List.copyOf(statements);
        }
    }

    /** How a step is run. */
    enum Kind {
        /** Outside of transactions; takes as long as it takes. */
        BUILD,
        /** Outside of transactions; waits for older ones. */
        DROP,
        /** In one transaction. */
        SWAP
    }

    private IndexPlan() {}

    /**
     * The steps, in their order; none when everything is as it should be.
     *
     * @param part a partition, or a table without any
     * @param present its vector indexes
     */
    static List<Step> to(IndexProfile profile, Part part, List<Present> present) {
        String table = part.name();
        String name = VectorTables.indexOf(table);
        String schema = table.substring(0, table.indexOf('.') + 1);
        String building = name + "_new";
        String replaced = name + "_old";
        List<Step> steps = new ArrayList<>();
        present.stream().filter(IndexPlan::isUnfinished).forEach(index -> steps.add(drop(schema + index.name())));
        // Left behind between the swap and the drop.
        if (named(present, replaced).isPresent()) {
            steps.add(drop(schema + replaced));
        }
        if (named(present, name).filter(index -> index.isAs(profile, part)).isPresent()) {
            if (named(present, building).isPresent()) {
                steps.add(drop(schema + building));
            }
            return steps;
        }
        Optional<Present> built = named(present, building);
        if (built.filter(index -> !index.isAs(profile, part)).isPresent()) {
            steps.add(drop(schema + building));
        }
        if (built.filter(index -> index.isAs(profile, part)).isEmpty()) {
            steps.add(new Step(
                    Kind.BUILD,
                    List.of("create index concurrently " + building + " on " + table + " using " + METHOD
                            + " ((embedding::public.halfvec(" + part.dimensions() + ")) public." + OPCLASS
                            + ") with (m = " + profile.m() + ", ef_construction = " + profile.efConstruction() + ")"
                            + (part.predicate() == null ? "" : " where " + part.predicate()))));
        }
        String rename = "alter index " + schema + building + " rename to " + name;
        if (named(present, name).isPresent()) {
            steps.add(new Step(Kind.SWAP, List.of("alter index " + schema + name + " rename to " + replaced, rename)));
            steps.add(drop(schema + replaced));
        } else {
            steps.add(new Step(Kind.SWAP, List.of(rename)));
        }
        return steps;
    }

    /** What makes an index anew as it is; first goes what an earlier attempt has left behind. */
    static List<Step> again(String table, List<Present> present) {
        String schema = table.substring(0, table.indexOf('.') + 1);
        List<Step> steps = new ArrayList<>();
        present.stream()
                .filter(index -> isLeftover(index, VectorTables.indexOf(table)))
                .forEach(index -> steps.add(drop(schema + index.name())));
        present.stream()
                .filter(index -> !isLeftover(index, VectorTables.indexOf(table)))
                .forEach(index -> steps.add(
                        new Step(Kind.BUILD, List.of("reindex index concurrently " + schema + index.name()))));
        return steps;
    }

    // PostgreSQL names what it builds anew so, and drops it when it has taken its place.
    private static boolean isUnfinished(Present index) {
        return !index.isValid() && index.name().matches(".*_cc(new|old)\\d*");
    }

    private static boolean isLeftover(Present index, String name) {
        return isUnfinished(index)
                || index.name().equals(name + "_new")
                || index.name().equals(name + "_old");
    }

    private static Optional<Present> named(List<Present> present, String name) {
        return present.stream().filter(index -> index.name().equals(name)).findFirst();
    }

    private static Step drop(String index) {
        return new Step(Kind.DROP, List.of("drop index concurrently if exists " + index));
    }
}
