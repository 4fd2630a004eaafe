package org.holdfast.web.memory;

import java.util.List;
import org.holdfast.memory.BatchReport;

/** What became of a batch. */
public record BatchView(int created, List<BatchReport.Rejected> rejected) {
    public BatchView {
        rejected = List.copyOf(rejected);
    }

    static BatchView of(BatchReport report) {
        return new BatchView(report.created(), report.rejected());
    }
}
