package org.holdfast.memory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.holdfast.connection.RefusedException;
import org.holdfast.model.TenantEntity;

/** What has become of the lines of one batch so far. Confined to its request's thread. */
final class BatchProgress {
    private final List<BatchReport.Rejected> rejected = new ArrayList<>();
    private final Set<BatchChunk.Turn> seen = new HashSet<>();
    private int created;
    private int repeated;
    private int replaced;

    /**
     * Rows for those lines that have a draft, an agent and an end that is to come, and whose turn and key are not in an
     * earlier line. Changes nothing here: it runs inside a session, which may be begun again.
     */
    PlacedLines place(List<BatchLine> lines, AgentLookup agents, Instant now) {
        List<BatchChunk.Row> rows = new ArrayList<>(lines.size());
        List<BatchReport.Rejected> refused = new ArrayList<>();
        Set<BatchChunk.Turn> turns = new HashSet<>();
        Set<UUID> ids = new HashSet<>();
        for (BatchLine line : lines) {
            if (line.draft().isEmpty()) {
                refused.add(invalid(line.number(), line.reason()));
                continue;
            }
            try {
                MemoryDraft draft = line.draft().get();
                draft.requireFuture(now);
                BatchChunk.Row row = new BatchChunk.Row(
                        line.number(), draft.id().orElseGet(TenantEntity::newId), agents.agentOf(draft), draft);
                boolean isKnownTurn = row.hasTurn() && (seen.contains(row.turn()) || !turns.add(row.turn()));
                if (isKnownTurn || !ids.add(row.id())) {
                    refused.add(row.duplicate("stands in an earlier line"));
                } else {
                    rows.add(row);
                }
            } catch (RefusedException refusal) {
                refused.add(invalid(line.number(), String.valueOf(refusal.getMessage())));
            }
        }
        return new PlacedLines(rows, refused, turns);
    }

    private static BatchReport.Rejected invalid(int line, String reason) {
        return new BatchReport.Rejected(line, reason, BatchReport.Code.invalid);
    }

    /** From now on the turns of these lines are those of earlier lines. */
    void begun(PlacedLines lines) {
        seen.addAll(lines.turns());
    }

    void ended(ChunkOutcome outcome) {
        created += outcome.created();
        repeated += outcome.repeated();
        replaced += outcome.replaced();
        rejected.addAll(outcome.rejected());
    }

    BatchReport report() {
        return new BatchReport(
                created,
                repeated,
                replaced,
                rejected.stream()
                        .sorted(Comparator.comparingInt(BatchReport.Rejected::line))
                        .toList());
    }
}
