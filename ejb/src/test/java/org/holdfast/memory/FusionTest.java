package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FusionTest {
    private static final UUID A = new UUID(0, 1);
    private static final UUID B = new UUID(0, 2);
    private static final UUID C = new UUID(0, 3);

    private static Fusion.Candidate candidate(UUID id, double lexical, double distance) {
        return new Fusion.Candidate(id, Optional.empty(), 0, false, lexical, distance);
    }

    private static double score(Map<UUID, Fusion.Ranked> best, UUID id) {
        return Objects.requireNonNull(best.get(id)).score();
    }

    @Test
    void eachScoreIsStretchedOverTheCandidatesBeforeTheyAreAdded() {
        List<Fusion.Candidate> candidates = List.of(candidate(A, 0, 0.2), candidate(B, 8, 0.5), candidate(C, 2, 0.6));

        Map<UUID, Fusion.Ranked> best = Fusion.best(candidates, SearchMode.hybrid, 10);

        assertThat(best.keySet()).containsExactly(B, A, C);
        assertThat(score(best, B)).isCloseTo(0.7, within(1e-9));
        assertThat(score(best, A)).isCloseTo(0.4, within(1e-9));
        assertThat(score(best, C)).isCloseTo(0.15, within(1e-9));
    }

    @Test
    void aTurnBesideABetterOneGivesWayToOneThatIsAlmostAsGood() {
        UUID talk = new UUID(1, 1);
        List<Fusion.Candidate> candidates = List.of(
                turn(A, talk, 10, 10),
                turn(B, talk, 12, 9.8),
                turn(C, talk, 13, 9.6),
                turn(new UUID(0, 4), talk, 90, 0));

        assertThat(Fusion.best(candidates, SearchMode.hybrid, 3).keySet()).containsExactly(A, C, B);
        assertThat(Fusion.best(candidates, SearchMode.text, 3).keySet()).containsExactly(A, B, C);
    }

    @Test
    void aTurnOfFewWordsGivesWayToOneWithMore() {
        UUID talk = new UUID(1, 1);
        List<Fusion.Candidate> candidates = List.of(
                new Fusion.Candidate(A, Optional.of(new Fusion.Place(talk, 10)), 1, false, 10, 0.5),
                new Fusion.Candidate(B, Optional.of(new Fusion.Place(talk, 50)), Fusion.WORDS_ENOUGH, false, 9, 0.5),
                new Fusion.Candidate(C, Optional.empty(), 1, false, 8.9, 0.5),
                turn(new UUID(0, 4), talk, 90, 0));

        assertThat(Fusion.best(candidates, SearchMode.hybrid, 3).keySet()).containsExactly(B, C, A);
        assertThat(Fusion.best(candidates, SearchMode.text, 3).keySet()).containsExactly(A, B, C);
    }

    @Test
    void whatHasTheExpectedInItIsBetterThanWhatIsAlmostAsGood() {
        List<Fusion.Candidate> candidates = List.of(
                candidate(A, 10, 0.5),
                new Fusion.Candidate(B, Optional.empty(), 0, true, 9, 0.5),
                candidate(C, 0, 0.5));

        assertThat(Fusion.best(candidates, SearchMode.hybrid, 3).keySet()).containsExactly(B, A, C);
        assertThat(Fusion.best(candidates, SearchMode.text, 3).keySet()).containsExactly(A, B, C);
    }

    @Test
    void theLastTurnsThereCanBeAreRankedToo() {
        UUID talk = new UUID(1, 1);
        List<Fusion.Candidate> candidates = List.of(
                turn(A, talk, Integer.MAX_VALUE, 3), turn(B, talk, Integer.MAX_VALUE - 2, 2), turn(C, talk, 0, 1));

        assertThat(Fusion.best(candidates, SearchMode.hybrid, 3)).hasSize(3);
    }

    private static Fusion.Candidate turn(UUID id, UUID conversation, int turn, double lexical) {
        return new Fusion.Candidate(
                id, Optional.of(new Fusion.Place(conversation, turn)), Fusion.WORDS_ENOUGH, false, lexical, 0.5);
    }

    @Test
    void aQueryWithoutWordsIsOrderedByMeaning() {
        List<Fusion.Candidate> candidates = List.of(candidate(A, 0, 0.9), candidate(B, 0, 0.1));

        assertThat(Fusion.best(candidates, SearchMode.hybrid, 10).keySet()).containsExactly(B, A);
    }

    @Test
    void oneFindAloneHasTheBestScore() {
        assertThat(score(Fusion.best(List.of(candidate(A, 2, 0.5)), SearchMode.hybrid, 10), A))
                .isCloseTo(1, within(1e-9));
    }

    @Test
    void theOtherModesUseTheirOwnScoreAsItIs() {
        List<Fusion.Candidate> candidates = List.of(candidate(A, 1, 0.1), candidate(B, 2.5, 0.3));

        assertThat(score(Fusion.best(candidates, SearchMode.text, 10), B)).isEqualTo(2.5);
        assertThat(Fusion.best(candidates, SearchMode.text, 10).keySet()).containsExactly(B, A);
        assertThat(score(Fusion.best(candidates, SearchMode.vector, 10), A)).isEqualTo(0.9);
        assertThat(Fusion.best(candidates, SearchMode.vector, 10).keySet()).containsExactly(A, B);
    }

    @Test
    void equalScoresKeepTheOrderOfTheirKeys() {
        List<Fusion.Candidate> candidates = List.of(candidate(C, 1, 0.5), candidate(A, 1, 0.5), candidate(B, 1, 0.5));

        for (SearchMode mode : SearchMode.values()) {
            assertThat(Fusion.best(candidates, mode, 2).keySet()).containsExactly(A, B);
        }
    }

    @Test
    void nothingToChooseFromIsNothingFound() {
        for (SearchMode mode : SearchMode.values()) {
            assertThat(Fusion.best(List.of(), mode, 10)).isEmpty();
        }
    }
}
