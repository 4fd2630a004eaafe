package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.holdfast.it.chaos.SwitchStep.Change;

/** Which fault begins when, and for how long. The seed, the length and the kinds decide everything. */
record Plan(List<Step> steps) {
    private static final int FIRST_AFTER_MILLIS = 1_000;
    private static final int LASTS_MILLIS_MIN = 1_000;
    private static final int LASTS_MILLIS_MAX = 6_000;
    private static final int GAP_MILLIS_MAX = 2_500;
    private static final int OVERLAP_ONE_IN = 4;

    /**
     * One fault.
     *
     * @param pick decides where several nodes would do
     */
    record Step(FaultKind kind, Duration at, Duration lasts, int pick) {
        Duration ends() {
            return at.plus(lasts);
        }

        @Override
        public String toString() {
            return kind.label() + " at " + at.toMillis() + " ms for " + lasts.toMillis() + " ms";
        }
    }

    Plan {
        steps = List.copyOf(steps);
    }

    /** The death of the application in each step of each change of the writer, each in a plan of its own. */
    static List<Plan> ofEachStep() {
        return Stream.of(
                        inEachStep(FaultKind.KILL_APPLICATION_IN_SWITCH, Change.PLANNED),
                        inEachStep(FaultKind.KILL_APPLICATION_IN_TAKEOVER, Change.TAKEOVER),
                        inEachStep(FaultKind.KILL_APPLICATION_IN_REJOIN, Change.REJOIN))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Plan> inEachStep(FaultKind kind, Change change) {
        return IntStream.range(0, SwitchStep.of(change).size())
                .mapToObj(pick -> new Step(
                        kind, Duration.ofMillis(FIRST_AFTER_MILLIS), Duration.ofMillis(LASTS_MILLIS_MIN), pick))
                .map(step -> new Plan(List.of(step)))
                .toList();
    }

    /** At least one fault; the last ends about when {@code length} is over. */
    static Plan of(long seed, Duration length, List<FaultKind> kinds) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        long atMillis = FIRST_AFTER_MILLIS;
        do {
            FaultKind kind = kinds.get(random.nextInt(kinds.size()));
            int lasts = random.nextInt(LASTS_MILLIS_MIN, LASTS_MILLIS_MAX);
            steps.add(new Step(kind, Duration.ofMillis(atMillis), Duration.ofMillis(lasts), random.nextInt(1_000)));
            // Now and then the next begins before this one ends.
            boolean overlaps = random.nextInt(OVERLAP_ONE_IN) == 0;
            atMillis += overlaps ? random.nextInt(1, lasts) : lasts + random.nextInt(1, GAP_MILLIS_MAX);
        } while (atMillis + LASTS_MILLIS_MIN < length.toMillis());
        return new Plan(steps);
    }
}
