package org.holdfast.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;

/**
 * Some lines of a batch on their way: embedded together, stored in one transaction.
 *
 * @param model of the vectors
 * @param vectors of those of the lines' rows that bring none, in their order
 */
record BatchChunk(PlacedLines lines, String model, Future<List<float[]>> vectors) {
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

        /** Why it is not stored: its turn, or its own key, is there. */
        BatchReport.Rejected duplicate(String where) {
            String turn = hasTurn()
                    ? "turn " + turn().number() + " of conversation '"
                            + turn().conversation().externalId() + "'"
                    : "";
            String key = draft.id().isPresent() ? "id " + id : "";
            String what = turn.isEmpty() || key.isEmpty() ? turn + key : turn + ", or " + key + ",";
            return new BatchReport.Rejected(line, what + " " + where, BatchReport.Code.duplicate);
        }
    }

    /** What may be there only once. */
    record Turn(Places.ConversationKey conversation, int number) {}

    /** What is to be embedded of lines. */
    static List<String> texts(PlacedLines lines) {
        return lines.rows().stream()
                .map(Row::draft)
                .filter(draft -> draft.embedding().isEmpty())
                .map(draft -> EmbeddedText.of(draft.text(), draft.at()))
                .toList();
    }

    /** The rows with their vectors; waits for these. */
    List<NewMemory> embedded() {
        Iterator<float[]> ready = Embedder.await(vectors).iterator();
        List<Row> rows = lines.rows();
        List<NewMemory> memories = new ArrayList<>(rows.size());
        for (Row row : rows) {
            float[] vector = row.draft().embedding().map(GivenEmbedding::vector).orElseGet(ready::next);
            memories.add(new NewMemory(row.id(), row.agentId(), row.draft(), vector));
        }
        return memories;
    }
}
