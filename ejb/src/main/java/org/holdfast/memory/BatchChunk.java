package org.holdfast.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;

/**
 * Some lines of a batch on their way: embedded together, stored in one transaction.
 *
 * @param vectors of the lines' rows, in their order
 */
record BatchChunk(PlacedLines lines, Future<List<float[]>> vectors) {
    /** A line that may be stored. */
    record Row(int line, UUID id, UUID agentId, MemoryDraft draft) {
        boolean hasTurn() {
            return draft.turn().isPresent();
        }

        Turn turn() {
            return new Turn(
                    new Places.ConversationKey(agentId, draft.conversation().orElseThrow()),
                    draft.turn().orElseThrow());
        }

        /** Why it is not stored: its turn is there. */
        BatchReport.Rejected duplicate(String where) {
            return new BatchReport.Rejected(
                    line,
                    "turn " + turn().number() + " of conversation '"
                            + turn().conversation().externalId() + "' " + where,
                    BatchReport.Code.duplicate);
        }
    }

    /** What may be there only once. */
    record Turn(Places.ConversationKey conversation, int number) {}

    /** The rows with their vectors; waits for these. */
    List<NewMemory> embedded() {
        List<float[]> ready = Embedder.await(vectors);
        List<Row> rows = lines.rows();
        List<NewMemory> memories = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            memories.add(new NewMemory(row.id(), row.agentId(), row.draft(), ready.get(i)));
        }
        return memories;
    }
}
