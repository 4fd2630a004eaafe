package org.holdfast.memory;

import java.util.ArrayList;
import java.util.Collection;
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

    void invalid(int line, String reason) {
        rejected.add(new BatchReport.Rejected(line, reason, BatchReport.Code.invalid));
    }

    private void duplicate(BatchChunk.Row row, String where) {
        rejected.add(new BatchReport.Rejected(
                row.line(),
                "turn " + row.turn().number() + " of conversation '"
                        + row.turn().conversation().externalId() + "' " + where,
                BatchReport.Code.duplicate));
    }

    /** Rows for those lines that have a draft and an agent, and whose turn is not in an earlier line. */
    List<BatchChunk.Row> place(List<BatchLine> lines, AgentLookup agents) {
        List<BatchChunk.Row> rows = new ArrayList<>(lines.size());
        for (BatchLine line : lines) {
            if (line.draft().isEmpty()) {
                invalid(line.number(), line.reason());
                continue;
            }
            try {
                MemoryDraft draft = line.draft().get();
                BatchChunk.Row row =
                        new BatchChunk.Row(line.number(), TenantEntity.newId(), agents.agentOf(draft), draft);
                if (row.hasTurn() && !seen.add(row.turn())) {
                    duplicate(row, "stands in an earlier line");
                } else {
                    rows.add(row);
                }
            } catch (RefusedException noSuchAgent) {
                invalid(line.number(), String.valueOf(noSuchAgent.getMessage()));
            }
        }
        return rows;
    }

    /** The rows whose turn was not stored before. */
    List<BatchChunk.Row> fresh(List<BatchChunk.Row> rows, Collection<BatchChunk.Turn> taken) {
        List<BatchChunk.Row> fresh = new ArrayList<>(rows.size());
        for (BatchChunk.Row row : rows) {
            if (row.hasTurn() && taken.contains(row.turn())) {
                duplicate(row, "exists already");
            } else {
                fresh.add(row);
            }
        }
        return fresh;
    }

    /** Notes which rows a transaction stored; it left out those whose turn another one stored meanwhile. */
    void stored(List<BatchChunk.Row> rows, Set<UUID> stored) {
        created += stored.size();
        for (BatchChunk.Row row : rows) {
            if (!stored.contains(row.id())) {
                duplicate(row, "was stored by another request meanwhile");
            }
        }
    }

    BatchReport report() {
        return new BatchReport(
                created,
                rejected.stream()
                        .sorted(Comparator.comparingInt(BatchReport.Rejected::line))
                        .toList());
    }
}
