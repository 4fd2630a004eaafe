package org.holdfast.memory;

import java.util.List;

/**
 * What became of a batch.
 *
 * @param created how many memories were stored
 * @param repeated how many lines said what a memory says that was there, which counts them
 * @param replaced how many lines were written under a key that was there, which says them now
 * @param rejected the lines that were not, in their order
 */
public record BatchReport(int created, int repeated, int replaced, List<Rejected> rejected) {
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
