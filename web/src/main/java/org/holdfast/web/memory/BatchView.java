package org.holdfast.web.memory;

import java.util.List;
import org.holdfast.memory.BatchReport;

/**
 * What became of a batch.
 *
 * @param created how many memories were stored that were not there
 * @param repeated how many lines said what a memory says that was there, which counts them
 * @param replaced how many lines were written under a key that was there, which says them now
 * @param rejected the lines of which nothing was kept, in their order
 */
public record BatchView(int created, int repeated, int replaced, List<BatchReport.Rejected> rejected) {
    public BatchView {
        rejected = List.copyOf(rejected);
    }

    static BatchView of(BatchReport report) {
        return new BatchView(report.created(), report.repeated(), report.replaced(), report.rejected());
    }
}
