package org.holdfast.memory;

/**
 * Of what a found memory's score is made.
 *
 * @param words BM25 of the memory and the turns around it, 0 or more; 0 when only its meaning was asked for
 * @param meaning cosine similarity to the query, -1 to 1; 0 when only its words were asked for
 * @param wordsShare what the words add to the score: in a hybrid search stretched over 0 to 1 and weighted
 * @param meaningShare the same of the meaning
 * @param answerShare what is added to both because the question asks when or how much, and it tells a time or a number; or 0
 * @param kept what is left of the sum of all, because it is a turn of few words or better turns stand beside it, above 0 to 1
 */
public record Explanation(
        double words, double meaning, double wordsShare, double meaningShare, double answerShare, double kept) {}
