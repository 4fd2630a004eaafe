package org.holdfast.vector;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A vector index of a head.
 *
 * @param partition of the table, whose rows it has; null where the table has none
 * @param opclass by which it compares
 * @param expression what it is on
 * @param dimensions how many numbers a vector has
 * @param predicate of which rows it is; null where it is of all
 * @param m null where the method has none
 * @param freshBytes how large a new one would be, by estimate; null where that is not known
 * @param rows that it is over, by PostgreSQL's estimate
 * @param valid whether searches use it
 * @param scans how often the cluster's nodes have used it, as far as they answer
 * @param lastUsedAt null while it was not, and before PostgreSQL 16, which does not tell
 * @param building null while nobody builds it
 */
public record VectorIndex(
        String node,
        String table,
        @Nullable String partition,
        String name,
        String method,
        String opclass,
        String expression,
        int dimensions,
        @Nullable String predicate,
        @Nullable Integer m,
        @Nullable Integer efConstruction,
        long bytes,
        @Nullable Long freshBytes,
        long rows,
        boolean valid,
        long scans,
        @Nullable Instant lastUsedAt,
        @Nullable Building building) {

    /** How far PostgreSQL is with building an index. */
    public record Building(String phase, long tuplesDone, long blocksDone, long blocksTotal) {}

    /** What it is on: the partition, or the table. */
    String holder() {
        return partition == null ? table : partition;
    }

    VectorIndex used(long more, @Nullable Instant last) {
        Instant later = last == null || (lastUsedAt != null && lastUsedAt.isAfter(last)) ? lastUsedAt : last;
        return new VectorIndex(
                node,
                table,
                partition,
                name,
                method,
                opclass,
                expression,
                dimensions,
                predicate,
                m,
                efConstruction,
                bytes,
                freshBytes,
                rows,
                valid,
                scans + more,
                later,
                building);
    }
}
