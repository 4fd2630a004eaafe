package org.holdfast.memory;

import java.util.List;

/**
 * What became of the lines of one chunk. It is kept with an idempotency key, so its lines are those of a chunk: chunks of
 * another size make the outcomes that are kept wrong.
 *
 * @param created how many memories were stored
 * @param repeated how many lines said what a memory says that was there; 0 in what an earlier version kept
 * @param replaced how many were written under a key that was there; 0 likewise
 * @param rejected the lines that were not
 */
record ChunkOutcome(int created, int repeated, int replaced, List<BatchReport.Rejected> rejected) {
    ChunkOutcome {
        rejected = List.copyOf(rejected);
    }
}
