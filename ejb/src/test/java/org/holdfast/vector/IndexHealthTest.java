package org.holdfast.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.holdfast.vector.IndexFinding.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IndexHealthTest {
    private static final String TABLE = "memory.memory";
    private static final long MIB = 1L << 20;

    private static IndexHealth.Head head(String node) {
        return new IndexHealth.Head(node, 256 * MIB, List.of(new VectorTables.Part(TABLE, 1, 384, false)));
    }

    private static VectorIndex index(
            String node, long rows, long bytes, boolean isValid, long scans, VectorIndex.@Nullable Building building) {
        return new VectorIndex(
                node,
                TABLE,
                null,
                "memory_embedding",
                "hnsw",
                "halfvec_cosine_ops",
                "e",
                384,
                null,
                16,
                64,
                bytes,
                IndexHealth.freshBytes(rows, 384, 16),
                rows,
                isValid,
                scans,
                null,
                building);
    }

    private static List<Kind> kinds(List<VectorIndex> indexes) {
        return IndexHealth.findings(indexes, List.of(head("failover"), head("primary"))).stream()
                .map(IndexFinding::kind)
                .toList();
    }

    private static VectorIndex well(String node) {
        return index(node, 10_000, IndexHealth.freshBytes(10_000, 384, 16), true, 5, null);
    }

    @Test
    void twoThatAreWellHaveNoFindings() {
        assertThat(kinds(List.of(well("failover"), well("primary")))).isEmpty();
    }

    @Test
    void anIndexThatOneClusterUsesIsUsed() {
        VectorIndex idle = index("failover", 10_000, 1, true, 0, null);

        assertThat(kinds(List.of(idle, well("primary")))).isEmpty();
        assertThat(kinds(List.of(idle, index("primary", 10_000, 1, true, 0, null))))
                .containsExactly(Kind.unused, Kind.unused);
        assertThat(kinds(
                        List.of(index("failover", 3_000, 1, true, 0, null), index("primary", 3_000, 1, true, 0, null))))
                .as("so few rows are compared one by one")
                .isEmpty();
    }

    @Test
    void anInvalidIndexIsNoIndexButOneThatIsBeingBuiltIsNotInvalid() {
        assertThat(kinds(List.of(well("failover"), index("primary", 10, 1, false, 0, null))))
                .containsExactly(Kind.missing, Kind.invalid);
        assertThat(kinds(List.of(
                        well("failover"),
                        well("primary"),
                        index("primary", 10, 1, false, 0, new VectorIndex.Building("loading", 1, 2, 3)))))
                .isEmpty();
        assertThat(kinds(List.of(well("failover")))).containsExactly(Kind.missing);
    }

    @Test
    void oneThatIsMuchLargerThanANewOneIsBloated() {
        long fresh = IndexHealth.freshBytes(10_000, 384, 16);

        assertThat(kinds(List.of(well("failover"), index("primary", 10_000, fresh * 2, true, 1, null))))
                .containsExactly(Kind.bloated);
        assertThat(kinds(List.of(well("failover"), index("primary", 10, 2 * MIB, true, 1, null))))
                .as("small ones are not worth it")
                .isEmpty();
    }

    @Test
    void aGraphThatDoesNotFitIntoMemoryIsTold() {
        VectorIndex large = index("primary", 1_000_000, IndexHealth.freshBytes(1_000_000, 384, 16), true, 1, null);

        assertThat(kinds(List.of(well("failover"), large))).containsExactly(Kind.memory);
        assertThat(IndexHealth.graphBytes(1_000_000, 384, 16)).isCloseTo(1_480_000_000L, within(1L));
    }

    @Test
    void clustersWhoseIndexesAreMadeDifferentlyAreTold() {
        VectorIndex other = new VectorIndex(
                "primary",
                TABLE,
                null,
                "memory_embedding",
                "hnsw",
                "halfvec_cosine_ops",
                "e",
                384,
                null,
                24,
                100,
                1,
                null,
                10,
                true,
                1,
                null,
                null);

        assertThat(kinds(List.of(well("failover"), other))).containsExactly(Kind.different);
    }

    @Test
    void anIndexWithTheCopiesIsToldWhereTheyAreMarked() {
        IndexHealth.Head marking =
                new IndexHealth.Head("primary", 256 * MIB, List.of(new VectorTables.Part(TABLE, 1, 384, true)));

        assertThat(IndexHealth.findings(List.of(well("primary")), List.of(marking)))
                .extracting(IndexFinding::kind)
                .containsExactly(Kind.copies);
        assertThat(IndexHealth.findings(List.of(index("primary", 3_000, 1, true, 1, null)), List.of(marking)))
                .as("so few rows are compared one by one")
                .isEmpty();
    }

    @Test
    void recallCountsWhatIsAsNearAsTheFarthestOfTheNearest() {
        List<Double> nearest = List.of(0.0, 0.1, 0.2, 0.2);

        assertThat(Recall.share(nearest, List.of(0.0, 0.1, 0.2, 0.2))).isEqualTo(1);
        assertThat(Recall.share(nearest, List.of(0.0, 0.2, 0.3, 0.4))).isEqualTo(0.5);
        assertThat(Recall.share(nearest, List.of())).isZero();
    }
}
