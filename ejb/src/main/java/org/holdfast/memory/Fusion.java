package org.holdfast.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Orders what a search may choose from. A hybrid search adds the two scores after each was stretched over 0 to 1 among the
 * candidates; adding reciprocal ranks instead is the usual way, and loses more than it gains when one list is weak. Of turns
 * that stand beside each other it prefers one, so that an answer is not many times the same passage. Pure.
 */
final class Fusion {
    /** Of the words' score in the sum; the rest is the meaning's. Between 0.4 and 0.6 recall hardly changes. */
    static final double LEXICAL_WEIGHT = 0.5;
    /** What a turn keeps of its score for each better turn at most {@link #BESIDE} places away. */
    static final double BESIDE_WEIGHT = 0.95;

    static final int BESIDE = 2;

    /**
     * Something to choose from.
     *
     * @param place empty when it is no turn of a conversation
     * @param lexical 0 when neither it nor what stands around it shares a word with the query
     * @param distance from the query, by cosine
     */
    record Candidate(UUID id, Optional<Place> place, double lexical, double distance) {
        double similarity() {
            return 1 - distance;
        }
    }

    /** A turn's place. */
    record Place(UUID conversation, int turn) {}

    private Fusion() {}

    /** The scores of the best candidates, the best first; equal ones in the order of their keys. */
    static Map<UUID, Double> best(List<Candidate> candidates, SearchMode mode, int limit) {
        return switch (mode) {
            case text -> first(scored(candidates, Candidate::lexical), limit);
            case vector -> first(scored(candidates, Candidate::similarity), limit);
            case hybrid -> first(apart(scored(candidates, fused(candidates)), limit), limit);
        };
    }

    private record Scored(Candidate candidate, double score) {}

    private static List<Scored> scored(List<Candidate> candidates, ToDoubleFunction<Candidate> score) {
        return candidates.stream()
                .map(candidate -> new Scored(candidate, score.applyAsDouble(candidate)))
                .sorted(Comparator.comparingDouble(Scored::score)
                        .reversed()
                        .thenComparing(scored -> scored.candidate().id()))
                .toList();
    }

    private static Map<UUID, Double> first(List<Scored> sorted, int limit) {
        Map<UUID, Double> best = new LinkedHashMap<>();
        sorted.stream()
                .limit(limit)
                .forEach(scored -> best.put(scored.candidate().id(), scored.score()));
        return best;
    }

    // Takes the best, lowers what stands beside it, and so on.
    private static List<Scored> apart(List<Scored> sorted, int limit) {
        List<Scored> left = new ArrayList<>(sorted);
        List<Scored> taken = new ArrayList<>();
        Map<Place, Integer> takenBeside = new HashMap<>();
        while (!left.isEmpty() && taken.size() < limit) {
            int best = 0;
            double bestScore = lowered(left.get(0), takenBeside);
            // What is sorted lower before it is lowered cannot become the best.
            for (int i = 1; i < left.size() && left.get(i).score() > bestScore; i++) {
                double score = lowered(left.get(i), takenBeside);
                if (score > bestScore) {
                    best = i;
                    bestScore = score;
                }
            }
            Scored next = new Scored(left.remove(best).candidate(), bestScore);
            taken.add(next);
            next.candidate().place().ifPresent(place -> {
                for (int turn = place.turn() - BESIDE; turn <= place.turn() + BESIDE; turn++) {
                    takenBeside.merge(new Place(place.conversation(), turn), 1, Integer::sum);
                }
            });
        }
        return taken;
    }

    private static double lowered(Scored scored, Map<Place, Integer> takenBeside) {
        @Nullable
        Integer beside = scored.candidate().place().map(takenBeside::get).orElse(null);
        return beside == null ? scored.score() : scored.score() * Math.pow(BESIDE_WEIGHT, beside);
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
