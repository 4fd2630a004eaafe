package org.holdfast.memory;

import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToDoubleFunction;

/**
 * Orders what a search may choose from. A hybrid search adds the two scores after each was stretched over 0 to 1 among the
 * candidates; adding reciprocal ranks instead is the usual way, and loses more than it gains when one list is weak. Pure.
 */
final class Fusion {
    /** Of the words' score in the sum; the rest is the meaning's. Between 0.4 and 0.7 recall hardly changes. */
    static final double LEXICAL_WEIGHT = 0.6;

    /**
     * Something to choose from.
     *
     * @param lexical 0 when it shares no word with the query
     * @param distance from the query, by cosine
     */
    record Candidate(UUID id, double lexical, double distance) {
        double similarity() {
            return 1 - distance;
        }
    }

    private Fusion() {}

    /** The scores of the best candidates, the best first; equal ones in the order of their keys. */
    static Map<UUID, Double> best(List<Candidate> candidates, SearchMode mode, int limit) {
        ToDoubleFunction<Candidate> score = switch (mode) {
            case text -> Candidate::lexical;
            case vector -> Candidate::similarity;
            case hybrid -> fused(candidates);
        };
        Map<UUID, Double> best = new LinkedHashMap<>();
        candidates.stream()
                .sorted(Comparator.comparingDouble(score).reversed().thenComparing(Candidate::id))
                .limit(limit)
                .forEach(candidate -> best.put(candidate.id(), score.applyAsDouble(candidate)));
        return best;
    }

    private static ToDoubleFunction<Candidate> fused(List<Candidate> candidates) {
        ToDoubleFunction<Candidate> lexical = stretched(candidates, Candidate::lexical);
        ToDoubleFunction<Candidate> similarity = stretched(candidates, Candidate::similarity);
        return candidate -> LEXICAL_WEIGHT * lexical.applyAsDouble(candidate)
                + (1 - LEXICAL_WEIGHT) * similarity.applyAsDouble(candidate);
    }

    private static ToDoubleFunction<Candidate> stretched(
            List<Candidate> candidates, ToDoubleFunction<Candidate> score) {
        DoubleSummaryStatistics all = candidates.stream().mapToDouble(score).summaryStatistics();
        double span = all.getMax() - all.getMin();
        // All alike: this score says nothing about the order, but one find alone is not a bad one.
        double alike = all.getMax() > 0 ? 1 : 0;
        return candidate -> span > 0 ? (score.applyAsDouble(candidate) - all.getMin()) / span : alike;
    }
}
