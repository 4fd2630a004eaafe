package org.holdfast.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.holdfast.vector.IndexFinding.Kind;

/** What is wrong with vector indexes, by their numbers. Pure. */
final class IndexHealth {
    /** Up to so many rows a search compares vectors one by one, and uses no index; see memory.search_candidates. */
    static final long SCANNED_ROWS_MAX = 3_000;

    private static final double BLOATED_TIMES = 1.5;
    private static final long BLOATED_LEAST_BYTES = 8L << 20;
    // Of pgvector's pages: 8 KiB without their header and what HNSW keeps at their end.
    private static final int PAGE_BYTES = 8_192;
    private static final int PAGE_USED_BYTES = 8_160;
    private static final int LINE_POINTER_BYTES = 4;
    private static final int ELEMENT_HEADER_BYTES = 72;
    private static final int NEIGHBOURS_HEADER_BYTES = 4;
    private static final int NEIGHBOUR_BYTES = 6;
    private static final int HALF_BYTES = 2;
    private static final int VECTOR_HEADER_BYTES = 8;
    // While it is built: of an element, and of each of its neighbours.
    private static final int BUILT_ELEMENT_BYTES = 200;
    private static final int BUILT_NEIGHBOUR_BYTES = 16;

    /**
     * A head and what it can give to a build.
     *
     * @param parts partitions, and tables without any, that have embeddings
     */
    record Head(String node, long maintenanceWorkMemBytes, List<VectorTables.Part> parts) {
        Head {
            parts = List.copyOf(parts);
        }
    }

    private IndexHealth() {}

    /**
     * How large a new index is: elements and their lists of neighbours lie in pairs, and no page is left but for a pair that does
     * not fit.
     */
    static long freshBytes(long rows, int dimensions, int m) {
        int element = aligned(ELEMENT_HEADER_BYTES + VECTOR_HEADER_BYTES + HALF_BYTES * dimensions);
        int neighbours = aligned(NEIGHBOURS_HEADER_BYTES + NEIGHBOUR_BYTES * 2 * m);
        int pairs = Math.max(1, PAGE_USED_BYTES / (element + neighbours + 2 * LINE_POINTER_BYTES));
        return PAGE_BYTES * (1 + (rows + pairs - 1) / pairs);
    }

    /** How much memory the graph takes while it is built, by estimate. */
    static long graphBytes(long rows, int dimensions, int m) {
        return rows * (BUILT_ELEMENT_BYTES + HALF_BYTES * dimensions + BUILT_NEIGHBOUR_BYTES * 2L * m);
    }

    private static int aligned(int bytes) {
        return (bytes + 7) / 8 * 8;
    }

    /** The findings, of each index in the order of the kinds. */
    static List<IndexFinding> findings(List<VectorIndex> indexes, List<Head> heads) {
        List<IndexFinding> findings = new ArrayList<>();
        for (Head head : heads) {
            for (VectorTables.Part part : head.parts()) {
                boolean isThere = indexes.stream()
                        .anyMatch(index -> index.node().equals(head.node())
                                && index.holder().equals(part.name())
                                && index.valid());
                if (!isThere) {
                    findings.add(new IndexFinding(
                            head.node(),
                            part.name(),
                            Kind.missing,
                            part.name() + " has no vector index that searches can use"));
                }
            }
        }
        for (VectorIndex index : indexes) {
            of(index, indexes, heads, findings);
        }
        return findings;
    }

    private static void of(VectorIndex index, List<VectorIndex> all, List<Head> heads, List<IndexFinding> findings) {
        if (!index.valid() && index.building() == null) {
            add(
                    findings,
                    index,
                    Kind.invalid,
                    "a build has left it behind: searches pass it over, and writes keep it up");
        }
        List<VectorIndex> alike = all.stream()
                .filter(other ->
                        other.holder().equals(index.holder()) && other.name().equals(index.name()))
                .toList();
        if (index.valid() && index.rows() > SCANNED_ROWS_MAX && alike.stream().allMatch(other -> other.scans() == 0)) {
            add(
                    findings,
                    index,
                    Kind.unused,
                    "no node has used it since its statistics begin, with about " + index.rows() + " rows in "
                            + index.holder());
        }
        Long fresh = index.freshBytes();
        if (index.valid()
                && fresh != null
                && index.bytes() > BLOATED_LEAST_BYTES
                && index.bytes() > fresh * BLOATED_TIMES) {
            add(
                    findings,
                    index,
                    Kind.bloated,
                    "it has " + index.bytes() + " bytes; a new one would have about " + fresh);
        }
        Integer m = index.m();
        if (m != null) {
            long needed = graphBytes(index.rows(), index.dimensions(), m);
            heads.stream()
                    .filter(head -> head.node().equals(index.node())
                            && needed > Math.max(head.maintenanceWorkMemBytes(), IndexRun.BUILD_MEMORY_MAX))
                    .forEach(head -> add(
                            findings,
                            index,
                            Kind.memory,
                            "building it takes about " + needed + " bytes of memory; maintenance_work_mem is "
                                    + head.maintenanceWorkMemBytes() + ", beyond which it is many times slower"));
        }
        alike.stream()
                .filter(other ->
                        other.node().compareTo(index.node()) < 0 && !made(other).equals(made(index)))
                .forEach(other -> add(
                        findings,
                        index,
                        Kind.different,
                        "it is made with " + made(index) + ", on " + other.node() + " with " + made(other)));
        boolean isOfTooMany = heads.stream()
                .filter(head -> head.node().equals(index.node()))
                .flatMap(head -> head.parts().stream())
                .anyMatch(part -> part.marksCopies() && part.name().equals(index.holder()));
        if (isOfTooMany && index.valid() && index.predicate() == null && index.rows() > SCANNED_ROWS_MAX) {
            add(
                    findings,
                    index,
                    Kind.copies,
                    "it has every copy of a vector, and what is near to texts that are said again and again is not"
                            + " found by it: ask for a profile");
        }
    }

    private static Map<String, Object> made(VectorIndex index) {
        Map<String, Object> made = new TreeMap<>();
        made.put("method", index.method());
        made.put("opclass", index.opclass());
        made.put("predicate", Objects.requireNonNullElse(index.predicate(), "all rows"));
        made.put("m", Objects.requireNonNullElse(index.m(), 0));
        made.put("ef_construction", Objects.requireNonNullElse(index.efConstruction(), 0));
        return made;
    }

    private static void add(List<IndexFinding> findings, VectorIndex index, Kind kind, String detail) {
        findings.add(new IndexFinding(index.node(), index.name(), kind, detail));
    }
}
