package org.holdfast.integrity;

import java.util.List;

/**
 * What came of a chunk.
 *
 * @param last its last key; empty when no row is left behind it
 * @param rows of the writer
 * @param unsettled rows that changed each time they were looked at
 */
record ChunkResult(List<String> last, long rows, List<Finding> findings, long unsettled) {
    ChunkResult {
        last = List.copyOf(last);
        findings = List.copyOf(findings);
    }

    long repaired() {
        return findings.stream().filter(Finding::repaired).count();
    }
}
