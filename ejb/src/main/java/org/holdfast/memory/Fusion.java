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
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Orders what a search may choose from. A hybrid search adds the two scores after each was stretched over 0 to 1 among the
 * candidates; adding reciprocal ranks instead is the usual way, and loses more than it gains when one list is weak. Of turns
 * that stand beside each other it prefers one, so that an answer is not many times the same passage. Pure.
 */
final class Fusion {
    /** Of the words' score in the sum; the rest is the meaning's. More is better for short turns, less for long passages. */
    static final double LEXICAL_WEIGHT = 0.6;
    /** What a turn of no word would lose of its score: one of few words seldom answers anything, however near it is. */
    static final double SHORT_LOSS = 0.3;
    /** A turn with so many different words loses nothing; in between, with the logarithm. */
    static final int WORDS_ENOUGH = 25;
    /** What is added for what has in it what {@link ExpectedAnswer an answer} is expected to have. */
    static final double ANSWER_BONUS = 0.15;
    /** What a turn keeps of its score for each better turn at most {@link #BESIDE} places away. */
    static final double BESIDE_WEIGHT = 0.95;

    static final int BESIDE = 2;

    /**
     * Something to choose from.
     *
     * @param place empty when it is no turn of a conversation
     * @param size how many different words it has, stop words aside; of no effect for what is no turn
     * @param isAnswer whether it has in it what an answer is expected to have
     * @param lexical 0 when neither it nor what stands around it shares a word with the query
     * @param distance from the query, by cosine
     */
    record Candidate(UUID id, Optional<Place> place, int size, boolean isAnswer, double lexical, double distance) {
        double similarity() {
            return 1 - distance;
        }

        private double keptBySize() {
            double share = Math.min(1, Math.log1p(size) / Math.log1p(WORDS_ENOUGH));
            return place.isEmpty() ? 1 : 1 - SHORT_LOSS * (1 - share);
        }
    }

    /** A turn's place. */
    record Place(UUID conversation, int turn) {}

    /**
     * A candidate that was chosen.
     *
     * @param words what its words add to its score, before it is lowered; so with meaning and answer
     * @param kept what is left of their sum
     */
    record Ranked(Candidate candidate, double words, double meaning, double answer, double kept) {
        double score() {
            return (words + meaning + answer) * kept;
        }

        FoundMemory of(MemoryView memory, boolean isExplained) {
            return FoundMemory.of(
                    memory,
                    score(),
                    isExplained
                            ? new Explanation(candidate.lexical, candidate.similarity(), words, meaning, answer, kept)
                            : null);
        }
    }

    private Fusion() {}

    /** The best candidates, the best first; equal ones in the order of their keys. */
    static Map<UUID, Ranked> best(List<Candidate> candidates, SearchMode mode, int limit) {
        List<Ranked> sorted = candidates.stream()
                .map(ranked(candidates, mode))
                .sorted(Comparator.comparingDouble(Ranked::score)
                        .reversed()
                        .thenComparing(ranked -> ranked.candidate().id()))
                .toList();
        Map<UUID, Ranked> best = new LinkedHashMap<>();
        (mode == SearchMode.hybrid ? apart(sorted, limit) : sorted)
                .stream()
                        .limit(limit)
                        .forEach(ranked -> best.put(ranked.candidate().id(), ranked));
        return best;
    }

    private static Function<Candidate, Ranked> ranked(List<Candidate> candidates, SearchMode mode) {
        return switch (mode) {
            case text -> candidate -> new Ranked(candidate, candidate.lexical(), 0, 0, 1);
            case vector -> candidate -> new Ranked(candidate, 0, candidate.similarity(), 0, 1);
            case hybrid -> {
                ToDoubleFunction<Candidate> lexical = stretched(candidates, Candidate::lexical);
                ToDoubleFunction<Candidate> similarity = stretched(candidates, Candidate::similarity);
                yield candidate -> new Ranked(
                        candidate,
                        LEXICAL_WEIGHT * lexical.applyAsDouble(candidate),
                        (1 - LEXICAL_WEIGHT) * similarity.applyAsDouble(candidate),
                        candidate.isAnswer() ? ANSWER_BONUS : 0,
                        candidate.keptBySize());
            }
        };
    }

    // Takes the best, lowers what stands beside it, and so on.
    private static List<Ranked> apart(List<Ranked> sorted, int limit) {
        List<Ranked> left = new ArrayList<>(sorted);
        List<Ranked> taken = new ArrayList<>();
        Map<Place, Integer> takenBeside = new HashMap<>();
        while (!left.isEmpty() && taken.size() < limit) {
            Ranked best = lowered(left.get(0), takenBeside);
            int at = 0;
            // What is sorted lower before it is lowered cannot become the best.
            for (int i = 1; i < left.size() && left.get(i).score() > best.score(); i++) {
                Ranked other = lowered(left.get(i), takenBeside);
                if (other.score() > best.score()) {
                    best = other;
                    at = i;
                }
            }
            left.remove(at);
            taken.add(best);
            best.candidate().place().ifPresent(place -> {
                for (int away = -BESIDE; away <= BESIDE; away++) {
                    takenBeside.merge(new Place(place.conversation(), place.turn() + away), 1, Integer::sum);
                }
            });
        }
        return taken;
    }

    private static Ranked lowered(Ranked ranked, Map<Place, Integer> takenBeside) {
        int better = ranked.candidate().place().map(takenBeside::get).orElse(0);
        return new Ranked(
                ranked.candidate(),
                ranked.words(),
                ranked.meaning(),
                ranked.answer(),
                ranked.kept() * Math.pow(BESIDE_WEIGHT, better));
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
