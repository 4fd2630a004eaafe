package org.holdfast.memory;

import java.util.List;

/**
 * What became of a batch.
 *
 * @param created how many memories were stored
 * @param rejected the lines that were not, in their order
 */
public record BatchReport(int created, List<Rejected> rejected) {
    /** Why a line was not stored; the names are those of the API. */
    public enum Code {
        /** It is not a memory as the API wants it. */
        invalid,
        /** Its turn was stored before, or stands earlier in the batch. */
        duplicate
    }

    /**
     * A line that was not stored.
     *
     * @param line from 1
     */
    public record Rejected(int line, String reason, Code code) {}

    public BatchReport {
        rejected = List.copyOf(rejected);
    }
}
