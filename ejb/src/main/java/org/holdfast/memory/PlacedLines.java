package org.holdfast.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The lines of one chunk as far as they were looked at: those that may be stored, and why the others may not.
 *
 * @param turns of the lines, whether they may be stored or not
 */
record PlacedLines(List<BatchChunk.Row> rows, List<BatchReport.Rejected> rejected, Set<BatchChunk.Turn> turns) {
    PlacedLines {
        rows = List.copyOf(rows);
        rejected = List.copyOf(rejected);
        turns = Set.copyOf(turns);
    }

    /** The turns of the rows. */
    List<BatchChunk.Turn> wantedTurns() {
        return rows.stream()
                .filter(BatchChunk.Row::hasTurn)
                .map(BatchChunk.Row::turn)
                .toList();
    }

    /** Without the rows whose turn was stored before. */
    PlacedLines without(Collection<BatchChunk.Turn> taken) {
        List<BatchChunk.Row> fresh = new ArrayList<>(rows.size());
        List<BatchReport.Rejected> refused = new ArrayList<>(rejected);
        for (BatchChunk.Row row : rows) {
            if (row.hasTurn() && taken.contains(row.turn())) {
                refused.add(row.duplicate("exists already"));
            } else {
                fresh.add(row);
            }
        }
        return new PlacedLines(fresh, refused, turns);
    }

    /** The outcome when a transaction stored these rows; it left out those whose turn another one stored meanwhile. */
    ChunkOutcome stored(Map<UUID, Kept> kept) {
        List<BatchReport.Rejected> refused = new ArrayList<>(rejected);
        for (BatchChunk.Row row : rows) {
            if (!kept.containsKey(row.id())) {
                refused.add(row.duplicate("was stored by another request meanwhile"));
            }
        }
        return new ChunkOutcome(
                count(kept, Kept.How.CREATED), count(kept, Kept.How.REPEATED), count(kept, Kept.How.REPLACED), refused);
    }

    private static int count(Map<UUID, Kept> kept, Kept.How how) {
        return Math.toIntExact(
                kept.values().stream().filter(each -> each.how() == how).count());
    }
}
