package org.holdfast.memory;

import java.util.List;

/**
 * What became of the lines of one chunk. It is kept with an idempotency key, so its lines are those of a chunk: chunks of
 * another size make the outcomes that are kept wrong.
 *
 * @param created how many memories were stored
 * @param rejected the lines that were not
 */
record ChunkOutcome(int created, List<BatchReport.Rejected> rejected) {
    ChunkOutcome {
        rejected = List.copyOf(rejected);
    }
}
