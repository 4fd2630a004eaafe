package org.holdfast.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.holdfast.it.chaos.Linearizability.Step;
import org.holdfast.it.chaos.Linearizability.Verdict;
import org.junit.jupiter.api.Test;

class LinearizabilityTest {
    private static final String INITIAL = "initial";
    private static final int PLENTY = 1_000_000;

    private static Step write(String value, long began, long ended) {
        return new Step(true, value, began, ended);
    }

    private static Step read(String value, long began, long ended) {
        return new Step(false, value, began, ended);
    }

    private static Verdict verdict(Step... steps) {
        return Linearizability.check(INITIAL, List.of(steps), PLENTY).verdict();
    }

    @Test
    void nothingFits() {
        assertThat(verdict()).isEqualTo(Verdict.YES);
    }

    @Test
    void concurrentOperationsFitInEitherOrder() {
        assertThat(verdict(write("a", 0, 10), write("b", 0, 10), read("a", 11, 12), read("a", 13, 14)))
                .isEqualTo(Verdict.YES);
        assertThat(verdict(write("a", 0, 10), write("b", 0, 10), read("a", 11, 12), read("b", 13, 14)))
                .isEqualTo(Verdict.NO);
    }

    @Test
    void aReadMayNotPrecedeItsWrite() {
        assertThat(verdict(read("a", 0, 1), write("a", 2, 3))).isEqualTo(Verdict.NO);
    }

    @Test
    void aReadThatOverlapsAWriteSeesEitherValue() {
        assertThat(verdict(write("a", 0, 10), read(INITIAL, 1, 2), read("a", 3, 4)))
                .isEqualTo(Verdict.YES);
        assertThat(verdict(write("a", 0, 10), read("a", 1, 2), read(INITIAL, 3, 4)))
                .isEqualTo(Verdict.NO);
    }

    @Test
    void aWriteWithoutAnAnswerFitsLate() {
        assertThat(verdict(write("a", 0, Step.NEVER_ENDED), write("b", 1, 2), read("b", 3, 4), read("a", 5, 6)))
                .isEqualTo(Verdict.YES);
    }

    @Test
    void whatFoundNoPlaceIsNamed() {
        Step stale = read(INITIAL, 4, 5);

        assertThat(Linearizability.check(INITIAL, List.of(write("a", 0, 1), read("a", 2, 3), stale), PLENTY)
                        .stuck())
                .contains(stale);
    }

    @Test
    void theSearchEndsWhereItsLimitIs() {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            steps.add(write("w" + i, 0, 100));
        }
        steps.add(read("ghost", 101, 102));

        assertThat(Linearizability.check(INITIAL, steps, 1_000).verdict()).isEqualTo(Verdict.GIVEN_UP);
    }

    /** Every order of a few random operations is tried as well; both must agree on many histories of either kind. */
    @Test
    void agreesWithTryingEveryOrder() {
        SplittableRandom random = new SplittableRandom(1);
        int fitting = 0;
        int rounds = 3_000;
        for (int round = 0; round < rounds; round++) {
            List<Step> steps = randomSteps(random);
            boolean expected = someOrderFits(steps, INITIAL);
            assertThat(Linearizability.check(INITIAL, steps, PLENTY).verdict())
                    .as("%s", steps)
                    .isEqualTo(expected ? Verdict.YES : Verdict.NO);
            fitting += expected ? 1 : 0;
        }
        assertThat(fitting).isBetween(rounds / 10, rounds * 9 / 10);
    }

    private static List<Step> randomSteps(SplittableRandom random) {
        List<String> values = new ArrayList<>(List.of(INITIAL));
        List<Step> steps = new ArrayList<>();
        int count = random.nextInt(2, 7);
        for (int i = 0; i < count; i++) {
            long began = random.nextInt(0, 12);
            long ended = random.nextInt(8) == 0 ? Step.NEVER_ENDED : began + random.nextInt(1, 8);
            if (random.nextBoolean()) {
                values.add("w" + i);
                steps.add(write("w" + i, began, ended));
            } else {
                steps.add(read(values.get(random.nextInt(values.size())), began, began + random.nextInt(1, 8)));
            }
        }
        return steps;
    }

    private static boolean someOrderFits(List<Step> left, String value) {
        if (left.isEmpty()) {
            return true;
        }
        long firstEnd = left.stream().mapToLong(Step::endedNanos).min().orElseThrow();
        for (Step next : left) {
            boolean mayBeFirst = next.beganNanos() <= firstEnd
                    && (next.isWrite() || next.value().equals(value));
            if (mayBeFirst) {
                List<Step> rest = new ArrayList<>(left);
                rest.remove(next);
                if (someOrderFits(rest, next.value())) {
                    return true;
                }
            }
        }
        return false;
    }
}
