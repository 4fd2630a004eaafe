package org.holdfast.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What will run where, and what is to be known before.
 *
 * @param direction whether versions are applied or taken back
 * @param waiting versions that are left out because an operator must ask for them
 */
public record MigrationPlan(
        Direction direction, List<MigrationStep> steps, List<LintFinding> findings, List<String> waiting) {
    /** The names are the API's. */
    public enum Direction {
        run,
        rollback
    }

    public MigrationPlan {
        steps = List.copyOf(steps);
        findings = List.copyOf(findings);
        waiting = List.copyOf(waiting);
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** Errors that nobody overrides. */
    List<LintFinding> obstacles(Set<String> overrides) {
        return findings.stream()
                .filter(LintFinding::isError)
                .filter(finding -> !overrides.contains(finding.rule())
                        || !LintRule.of(finding.rule())
                                .map(LintRule::isOverridable)
                                .orElse(false))
                .toList();
    }

    /** Errors that somebody overrides. */
    List<LintFinding> overridden(Set<String> overrides) {
        List<LintFinding> overridden =
                new ArrayList<>(findings.stream().filter(LintFinding::isError).toList());
        overridden.removeAll(obstacles(overrides));
        return overridden;
    }
}
