package org.holdfast.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.holdfast.integrity.Suspect.Verdict;
import org.junit.jupiter.api.Test;

class SuspectTest {
    private static final Optional<RowState> NONE = Optional.empty();

    private static Optional<RowState> row(String version, long hash) {
        return Optional.of(new RowState(version, hash));
    }

    private static Verdict verdict(
            Optional<RowState> writer,
            Optional<RowState> standby,
            Optional<RowState> standbyNow,
            Optional<RowState> writerNow) {
        return new Suspect(writer, standby).after(standbyNow, writerNow);
    }

    @Test
    void aRowThatHasArrivedMeanwhileIsEqual() {
        assertThat(verdict(row("1", 10), NONE, row("7", 10), row("1", 10))).isEqualTo(Verdict.EQUAL);
        assertThat(verdict(NONE, row("7", 10), NONE, NONE)).isEqualTo(Verdict.EQUAL);
    }

    @Test
    void aStandbyThatHasWhatTheWriterHadBeforeOrHasNowIsEqual() {
        assertThat(verdict(row("1", 10), NONE, row("7", 10), row("2", 20))).isEqualTo(Verdict.EQUAL);
        assertThat(verdict(row("1", 10), NONE, row("7", 20), row("2", 20))).isEqualTo(Verdict.EQUAL);
        assertThat(verdict(row("1", 10), row("6", 5), NONE, NONE)).isEqualTo(Verdict.EQUAL);
    }

    @Test
    void aRowThatStayedTheSameOnTheWriterIsAFinding() {
        assertThat(verdict(row("1", 10), NONE, NONE, row("1", 10))).isEqualTo(Verdict.MISSING);
        assertThat(verdict(row("1", 10), NONE, row("7", 20), row("1", 10))).isEqualTo(Verdict.DIFFERENT);
    }

    @Test
    void aRowThatChangedOnTheWriterIsLookedAtAgainAlsoWhenItChangedBack() {
        assertThat(verdict(row("1", 10), NONE, row("7", 20), row("2", 30))).isEqualTo(Verdict.OPEN);
        assertThat(verdict(row("1", 10), NONE, row("7", 20), row("3", 10))).isEqualTo(Verdict.OPEN);
        assertThat(verdict(row("1", 10), NONE, row("7", 20), NONE)).isEqualTo(Verdict.OPEN);
        assertThat(verdict(NONE, NONE, row("7", 20), row("3", 10))).isEqualTo(Verdict.OPEN);
    }

    @Test
    void aRowOfTheStandbyAloneIsAFindingOnceItsVersionHasOutlivedTheWritersLook() {
        assertThat(verdict(NONE, NONE, row("7", 10), NONE)).isEqualTo(Verdict.OPEN);
        assertThat(verdict(NONE, row("7", 10), row("7", 10), NONE)).isEqualTo(Verdict.EXTRA);
        // It was written anew: it has come and gone on the writer.
        assertThat(verdict(NONE, row("7", 10), row("8", 10), NONE)).isEqualTo(Verdict.OPEN);
    }

    /** A key that is written, deleted and written again at random, and a standby that follows at random, and is never wrong. */
    @Test
    void aRightStandbyIsNeverAFinding() {
        for (int seed = 0; seed < 20_000; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            World world = new World(random);
            Suspect suspect = new Suspect(world.writer(), NONE);
            for (int round = 0; round < 8; round++) {
                int mark = world.mark();
                world.pass(random.nextInt(3));
                Optional<RowState> standby = world.standby(mark);
                world.pass(random.nextInt(3));
                Optional<RowState> writer = world.writer();
                Verdict verdict = suspect.after(standby, writer);
                assertThat(verdict).as("seed %s, round %s", seed, round).isIn(Verdict.EQUAL, Verdict.OPEN);
                if (verdict == Verdict.EQUAL) {
                    break;
                }
                suspect = new Suspect(writer, standby);
                world.pass(random.nextInt(2));
            }
        }
    }

    @Test
    void aStandbyThatLacksTheRowIsFoundAsSoonAsTheWriterIsQuiet() {
        Suspect suspect = new Suspect(row("1", 10), NONE);
        assertThat(suspect.after(NONE, row("2", 20))).isEqualTo(Verdict.OPEN);

        assertThat(new Suspect(row("2", 20), NONE).after(NONE, row("2", 20))).isEqualTo(Verdict.MISSING);
    }

    /** The states of one key, in the order of their commits; the standby goes through the same ones. */
    private static final class World {
        private static final int VALUES = 2;

        private final RandomGenerator random;
        private final List<Optional<RowState>> states = new ArrayList<>(List.of(NONE));
        private int applied;

        World(RandomGenerator random) {
            this.random = random;
            pass(random.nextInt(3));
        }

        void pass(int commits) {
            for (int i = 0; i < commits; i++) {
                boolean isThere = states.get(states.size() - 1).isPresent();
                states.add(isThere && random.nextBoolean() ? NONE : row("w" + states.size(), random.nextInt(VALUES)));
            }
        }

        int mark() {
            return states.size() - 1;
        }

        Optional<RowState> writer() {
            return states.get(states.size() - 1);
        }

        /** After it has taken in the state of a mark, and maybe later ones. Its versions are its own. */
        Optional<RowState> standby(int mark) {
            applied = Math.max(applied, mark);
            applied += random.nextInt(states.size() - applied);
            int now = applied;
            return states.get(now).map(state -> new RowState("s" + now, state.hash()));
        }
    }
}
