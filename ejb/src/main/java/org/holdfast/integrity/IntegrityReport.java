package org.holdfast.integrity;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The newest run.
 *
 * @param by who asked for it
 * @param endedAt null while it is under way, or was stopped
 * @param at the table it is at; null when all have been compared
 * @param findings rows that differ, the first {@value RunStore#FINDINGS_MAX}
 */
public record IntegrityReport(
        UUID id,
        boolean repairs,
        String by,
        Instant begunAt,
        @Nullable Instant endedAt,
        @Nullable String at,
        List<Table> tables,
        List<Finding> findings,
        Checks checks) {
    public IntegrityReport {
        tables = List.copyOf(tables);
        findings = List.copyOf(findings);
    }

    /** How many findings are left: rows that were not repaired, and what the checks have found wrong. */
    long unrepaired() {
        long rows = tables.stream()
                .mapToLong(table -> table.findings() - table.repaired())
                .sum();
        return rows
                + checks.findings().stream()
                        .filter(finding -> finding.kind() != FindingKind.not_checked)
                        .count();
    }

    /**
     * A table.
     *
     * @param rows of the writer that were compared
     * @param findings rows that differ
     * @param repaired how many of them were made as the writer's
     * @param unsettled rows that changed each time they were looked at: nothing is said of them
     */
    public record Table(String table, long rows, long chunks, long findings, long repaired, long unsettled) {}

    /**
     * What is looked at besides rows.
     *
     * @param objects how many indexes, constraints and sequences were
     */
    public record Checks(long objects, List<Finding> findings) {
        public Checks {
            findings = List.copyOf(findings);
        }
    }
}
