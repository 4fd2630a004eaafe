package org.holdfast.it.bench.search;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Turns of talks without end, each made from its number alone, so that any number of them needs no memory. Their words are as often as
 * words are (Zipf), from a vocabulary of 20,000. Thread-safe.
 */
final class MadeUpTalk {
    static final int TURNS_OF_A_TALK = 500;

    private static final int WORDS = 20_000;
    private static final int WORDS_OF_A_TURN_MIN = 6;
    private static final int WORDS_OF_A_TURN_MAX = 18;
    private static final int WORDS_OF_A_QUESTION = 4;
    private static final String[] SYLLABLES = {
        "ba", "ko", "ri", "tu", "me", "lan", "so", "pi", "der", "na", "fo", "gu", "shi", "ve", "mor", "ta"
    };

    private final long seed;
    // The last one is 1.
    private final double[] shares = new double[WORDS];

    MadeUpTalk(long seed) {
        this.seed = seed;
        double sum = 0;
        for (int rank = 0; rank < WORDS; rank++) {
            sum += 1.0 / (rank + 1);
            shares[rank] = sum;
        }
        for (int rank = 0; rank < WORDS; rank++) {
            shares[rank] /= sum;
        }
    }

    /** What is said in a turn. */
    String text(long turn) {
        SplittableRandom random = of(turn);
        return words(random, random.nextInt(WORDS_OF_A_TURN_MIN, WORDS_OF_A_TURN_MAX + 1));
    }

    /** Some words of a turn and some that are not of it. */
    String question(SplittableRandom random, long turns) {
        String[] said = text(random.nextLong(turns)).split(" ", -1);
        StringBuilder question = new StringBuilder();
        for (int word = 0; word < WORDS_OF_A_QUESTION; word++) {
            question.append(said[random.nextInt(said.length)]).append(' ');
        }
        return question + words(random, 2);
    }

    private SplittableRandom of(long turn) {
        return new SplittableRandom(seed * 1_000_000_007L + turn);
    }

    private String words(SplittableRandom random, int count) {
        StringBuilder words = new StringBuilder();
        for (int each = 0; each < count; each++) {
            words.append(each == 0 ? "" : " ").append(word(rank(random.nextDouble())));
        }
        return words.toString();
    }

    private int rank(double share) {
        int found = Arrays.binarySearch(shares, share);
        return Math.min(WORDS - 1, found < 0 ? -found - 1 : found);
    }

    // Four syllables tell 65,536 words apart.
    private static String word(int rank) {
        StringBuilder word = new StringBuilder();
        for (int rest = rank, syllable = 0; syllable < 4; syllable++, rest /= SYLLABLES.length) {
            word.append(SYLLABLES[rest % SYLLABLES.length]);
        }
        return word.toString();
    }
}
