package org.holdfast.cache.stress;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Which fault begins when, and for how long. The seed and the length decide everything. */
public record StressPlan(List<Step> steps) {
    private static final int FIRST_AFTER_MILLIS = 200;
    private static final int LASTS_MILLIS_MIN = 50;
    private static final int LASTS_MILLIS_MAX = 1_200;
    private static final int GAP_MILLIS_MAX = 1_000;

    /** One fault, at a moment after the begin. */
    public record Step(Fault fault, Duration at, Duration lasts) {
        @Override
        public String toString() {
            return fault + " at " + at.toMillis() + " ms for " + lasts.toMillis() + " ms";
        }
    }

    public StressPlan {
        steps = List.copyOf(steps);
    }

    /** The last fault ends before the length is over. */
    public static StressPlan of(long seed, Duration length) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Step> steps = new ArrayList<>();
        Fault[] faults = Fault.values();
        long at = (long) FIRST_AFTER_MILLIS + random.nextInt(GAP_MILLIS_MAX);
        while (true) {
            int lasts = random.nextInt(LASTS_MILLIS_MIN, LASTS_MILLIS_MAX);
            Fault fault = faults[random.nextInt(faults.length)];
            if (at + lasts > length.toMillis()) {
                return new StressPlan(steps);
            }
            steps.add(new Step(fault, Duration.ofMillis(at), Duration.ofMillis(lasts)));
            at += lasts + random.nextInt(GAP_MILLIS_MAX);
        }
    }
}
