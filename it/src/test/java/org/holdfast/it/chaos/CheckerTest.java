package org.holdfast.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.it.chaos.Histories.INITIAL;

import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Outcome;
import org.holdfast.it.chaos.Violation.Kind;
import org.junit.jupiter.api.Test;

class CheckerTest {
    private final Histories history = new Histories();

    @Test
    void aQuietHistoryIsGood() {
        history.write(1, 1, "a", 1)
                .read(2, Asked.STRONG, 3, "a", 1)
                .read(1, Asked.SESSION, 5, "a", 1)
                .append(1, 7, "x")
                .list(1, Asked.TOKEN, 9, "x")
                .ends(20, "a", 1)
                .endsWith(22, "x");

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void anAcknowledgedEntryThatIsGoneIsFound() {
        history.append(1, 1, "x").append(1, 3, "y").endsWith(9, "y");

        assertThat(history.violations()).containsExactly(Kind.LOST);
    }

    @Test
    void anAcknowledgedRegisterWriteThatIsGoneIsFound() {
        history.write(1, 1, "a", 1).write(1, 3, "b", 2).ends(9, "a", 1);

        assertThat(history.violations()).containsExactlyInAnyOrder(Kind.LOST, Kind.NOT_LINEARIZABLE);
    }

    @Test
    void anEntryInDoubtMayBeThereOrNot() {
        history.append(1, 1, "x", Outcome.IN_DOUBT)
                .append(1, 3, "y", Outcome.IN_DOUBT)
                .endsWith(9, "y");

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aSupersededWriteNeedNotBeThere() {
        history.write(1, 1, "a", 1).write(2, 3, "b", 2).ends(9, "b", 2);

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aLostWriteThatIsSalvagedIsNoViolation() {
        history.append(1, 1, "x").write(1, 3, "a", 1).salvaged("x", "a");
        history.inEpoch(2).ends(9, INITIAL, 0).endsWith(11);

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aSalvagedWriteThatWasSafeInBothClustersIsFound() {
        history.reaching("failover").append(1, 1, "x").salvaged("x").endsWith(9);

        assertThat(history.violations()).containsExactly(Kind.LOST_THOUGH_DURABLE);
    }

    @Test
    void aMissingWriteThatWasSafeInBothClustersIsFound() {
        history.reaching("failover").append(1, 1, "x").endsWith(9);

        assertThat(history.violations()).containsExactly(Kind.LOST_THOUGH_DURABLE);
    }

    @Test
    void aValueThatNobodyWroteIsFound() {
        history.read(1, Asked.EVENTUAL, 1, "ghost", 1).ends(9, INITIAL, 0);

        assertThat(history.violations()).containsExactly(Kind.FROM_NOWHERE);
    }

    @Test
    void aRefusedWriteThatHappenedAllTheSameIsFound() {
        history.append(1, 1, "x", Outcome.FAILED).endsWith(9, "x");

        assertThat(history.violations()).containsExactly(Kind.FROM_NOWHERE);
    }

    @Test
    void anEntryThatIsThereTwiceIsFound() {
        history.append(1, 1, "x").endsWith(9, "x", "x");

        assertThat(history.violations()).containsExactly(Kind.FROM_NOWHERE);
    }

    @Test
    void aValueFromTheFutureIsFound() {
        history.list(1, Asked.EVENTUAL, 1, "x").append(2, 5, "x").endsWith(9, "x");

        assertThat(history.violations()).containsExactly(Kind.FROM_NOWHERE);
    }

    @Test
    void twoValuesOfOneVersionAreFound() {
        history.write(1, 1, "a", 1).write(2, 1, "b", 1).ends(9, "b", 1);

        assertThat(history.violations()).containsExactly(Kind.SPLIT);
    }

    @Test
    void aSessionThatMissesItsOwnWriteIsFound() {
        history.write(1, 1, "a", 1).read(1, Asked.SESSION, 3, INITIAL, 0).ends(9, "a", 1);

        assertThat(history.violations()).containsExactly(Kind.OWN_WRITE_MISSING);
    }

    @Test
    void aSessionThatMissesItsOwnEntryIsFound() {
        history.append(1, 1, "x").list(1, Asked.TOKEN, 3).endsWith(9, "x");

        assertThat(history.violations()).containsExactly(Kind.OWN_WRITE_MISSING);
    }

    @Test
    void aSessionThatGoesBackIsFound() {
        history.write(1, 1, "a", 1)
                .read(2, Asked.SESSION, 3, "a", 1)
                .read(2, Asked.SESSION, 5, INITIAL, 0)
                .ends(9, "a", 1);

        assertThat(history.violations()).containsExactly(Kind.BACKWARDS);
    }

    @Test
    void anotherInstanceKnowsOnlyWhatTheSessionWrote() {
        history.write(1, 1, "a", 1)
                .write(1, 3, "b", 2)
                .append(1, 5, "x")
                .read(2, Asked.TOKEN, 7, "b", 2)
                .list(2, Asked.TOKEN, 9, "x")
                .atAnotherInstance()
                .read(2, Asked.TOKEN, 11, "a", 1)
                .list(2, Asked.TOKEN, 13)
                .ends(19, "b", 2)
                .endsWith(21, "x");
        assertThat(history.violations()).isEmpty();

        history.read(1, Asked.TOKEN, 15, "a", 1);
        assertThat(history.violations()).containsExactly(Kind.OWN_WRITE_MISSING);
    }

    @Test
    void aSessionThatMissesAnEntryThatItHadSeenIsFound() {
        history.append(1, 1, "x")
                .list(2, Asked.SESSION, 3, "x")
                .list(2, Asked.SESSION, 5)
                .endsWith(9, "x");

        assertThat(history.violations()).containsExactly(Kind.BACKWARDS);
    }

    @Test
    void anEventualReadMayBeOld() {
        history.write(1, 1, "a", 1).read(1, Asked.EVENTUAL, 3, INITIAL, 0).ends(9, "a", 1);

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void anotherSessionMayBeBehind() {
        history.write(1, 1, "a", 1).read(2, Asked.SESSION, 3, INITIAL, 0).ends(9, "a", 1);

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aSessionThatWritesAgainBeforeItReadsHasAnotherToken() {
        history.write(1, 1, "a", 1).salvaged("a");
        history.inEpoch(2).write(1, 3, "b", 1).read(1, Asked.TOKEN, 5, "b", 1).ends(9, "b", 1);

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aSessionThatReadsOnAfterALossAndIsNotToldIsFound() {
        history.write(1, 1, "a", 1).salvaged("a");
        history.inEpoch(2).read(1, Asked.TOKEN, 3, INITIAL, 0).ends(9, INITIAL, 0);

        assertThat(history.violations()).containsExactly(Kind.NOT_TOLD);
    }

    @Test
    void aSessionThatWasToldOfItsLossReadsOn() {
        history.write(1, 1, "a", 1).salvaged("a");
        history.inEpoch(2).told(1, 3).read(1, Asked.TOKEN, 5, INITIAL, 0).ends(9, INITIAL, 0);

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aStaleStrongReadIsFound() {
        history.write(1, 1, "a", 1).read(2, Asked.STRONG, 3, INITIAL, 0).ends(9, "a", 1);

        assertThat(history.violations()).containsExactly(Kind.NOT_LINEARIZABLE);
    }

    @Test
    void aWriteInDoubtMayTakeEffectLater() {
        history.write(1, 1, "a", -1, Outcome.IN_DOUBT)
                .read(2, Asked.STRONG, 3, INITIAL, 0)
                .read(2, Asked.STRONG, 5, "a", 1)
                .ends(9, "a", 1);

        assertThat(history.violations()).isEmpty();
    }

    @Test
    void aWriteInDoubtThatComesAndGoesIsFound() {
        history.write(1, 1, "a", -1, Outcome.IN_DOUBT)
                .read(2, Asked.STRONG, 3, "a", 1)
                .read(3, Asked.STRONG, 5, INITIAL, 0)
                .ends(9, INITIAL, 0);

        assertThat(history.violations()).containsExactly(Kind.NOT_LINEARIZABLE);
    }

    @Test
    void anAnswerOutsideTheContractIsFound() {
        history.append(1, 1, "x", Outcome.UNEXPECTED).endsWith(9);

        assertThat(history.violations()).containsExactly(Kind.ANSWER);
    }

    @Test
    void aHistoryWithoutItsLastReadsIsNotGood() {
        history.append(1, 1, "x").write(1, 3, "a", 1);

        assertThat(history.violations()).containsExactly(Kind.NOT_HEALED);
    }
}
