package org.holdfast.cache.stress;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One run.
 *
 * @param commits changes of rows, not transactions
 * @param happened the faults, with their moments
 */
public record StressReport(
        long seed,
        int reads,
        int commits,
        long nearHits,
        long redisHits,
        long fills,
        List<String> happened,
        List<Violation> violations) {
    public StressReport {
        happened = List.copyOf(happened);
        violations = List.copyOf(violations);
    }

    /** Whether every promise was kept. */
    public boolean isGood() {
        return violations.stream().noneMatch(Violation::isBroken);
    }

    /** One line: what was done, and what was found. */
    public String line() {
        Map<Violation.What, Integer> found = new EnumMap<>(Violation.What.class);
        violations.forEach(each -> found.merge(each.what(), 1, Integer::sum));
        return String.format(
                Locale.ROOT,
                "seed %d: %s; %d reads (near hits %d, Redis hits %d, fills %d), %d changes, %s %s",
                seed,
                isGood() ? "good" : "BAD",
                reads,
                nearHits,
                redisHits,
                fills,
                commits,
                happened,
                found.isEmpty() ? "" : found.toString());
    }
}
