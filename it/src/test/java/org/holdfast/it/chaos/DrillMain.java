package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.holdfast.it.chaos.FailoverDrill.Round;
import org.holdfast.it.chaos.FailoverDrill.Way;

/** {@code ./holdfast bench failover}: takes the writing cluster away, or has it hand over, again and again, in both directions. */
final class DrillMain {
    private static final String USAGE = "usage: ./holdfast bench failover [--runs N] [--silent | --planned]";
    private static final int RUNS = 4;
    private static final Duration WARM_UP = Duration.ofMinutes(2);

    private DrillMain() {}

    public static void main(String[] arguments) {
        int exitCode;
        try {
            List<String> rest = new ArrayList<>(Arrays.asList(arguments));
            Way way = way(rest);
            int runs = runs(rest);
            exitCode = LocalChaos.run(LocalChaos.Equipment.plain(), system -> run(system, runs, way));
        } catch (IllegalArgumentException refused) {
            LocalChaos.print("holdfast: " + refused.getMessage());
            exitCode = 2;
        }
        System.exit(exitCode);
    }

    private static Way way(List<String> rest) {
        if (rest.remove("--silent")) {
            return Way.STOPPED;
        }
        return rest.remove("--planned") ? Way.PLANNED : Way.KILLED;
    }

    private static int runs(List<String> rest) {
        if (rest.isEmpty()) {
            return RUNS;
        }
        if (rest.size() != 2 || !rest.get(0).equals("--runs") || !rest.get(1).matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException(USAGE);
        }
        return Integer.parseInt(rest.get(1));
    }

    private static int run(ChaosSystem system, int runs, Way way) {
        FailoverDrill drill = new FailoverDrill(system, way, LocalChaos::print);
        List<Round> rounds = new ArrayList<>();
        boolean isComplete = true;
        LocalChaos.print("warming up for " + WARM_UP.toSeconds() + " s");
        drill.warmUp(WARM_UP);
        for (int i = 0; i < runs && isComplete; i++) {
            LocalChaos.print("drill " + (i + 1) + " of " + runs);
            try {
                rounds.add(drill.run(i + 1L));
            } catch (IllegalStateException notSwitched) {
                LocalChaos.print("  " + notSwitched.getMessage());
                isComplete = false;
            }
        }
        print(rounds, way);
        long unlisted = rounds.stream()
                .mapToLong(round -> round.missing() - round.salvaged())
                .sum();
        return isComplete && unlisted == 0 ? 0 : 1;
    }

    /** A table as docs/benchmarks.md has them. */
    private static void print(List<Round> rounds, Way way) {
        if (rounds.isEmpty()) {
            return;
        }
        LocalChaos.print("");
        LocalChaos.print(
                "| " + rounds.size() + " switches, all nodes of the writing cluster " + way.label() + " | p50 | max |");
        LocalChaos.print("| --- | ---: | ---: |");
        row(rounds, "to the first acknowledged write on the other cluster, ms", Round::toWrite);
        row(rounds, "longest time without an acknowledged write, ms", Round::writeGap);
        row(rounds, "longest time without a successful eventual read, ms", Round::readGap);
        row(rounds, "from the nodes' return to a healthy standby, ms", Round::toStandby);
        LocalChaos.print(String.format(
                Locale.ROOT,
                "%nwrites acknowledged: %d, missing afterwards: %d, of these listed as salvaged: %d; operations that callers did"
                        + " not get done: %d",
                rounds.stream().mapToLong(Round::acknowledged).sum(),
                rounds.stream().mapToLong(Round::missing).sum(),
                rounds.stream().mapToLong(Round::salvaged).sum(),
                rounds.stream().mapToLong(Round::failed).sum()));
    }

    private static void row(List<Round> rounds, String what, Function<Round, Duration> time) {
        List<Long> millis =
                rounds.stream().map(time).map(Duration::toMillis).sorted().toList();
        // The upper one of two in the middle: no figure that was not measured.
        long median = millis.get(millis.size() / 2);
        LocalChaos.print("| " + what + " | " + median + " | " + millis.get(millis.size() - 1) + " |");
    }
}
