package org.holdfast.it.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** {@code ./holdfast chaos}: runs with seeds, one line each; what was wrong is printed and kept. */
final class ChaosMain {
    private static final String USAGE =
            "usage: ./holdfast chaos [--runs N] [--seed S] [--fault NAME]... [--seconds S] [--instances N],"
                    + " or --each-step [--from N] [--instances N]; faults: "
                    + String.join(" ", FaultKind.labels());
    private static final Set<String> OF_SEEDS = Set.of("--runs", "--seed", "--fault", "--seconds", "--instances");
    private static final Set<String> OF_STEPS = Set.of("--from", "--instances");
    private static final String EACH_STEP = "--each-step";

    /**
     * What was asked for.
     *
     * @param isEachStep whether the application is to die once in each step of a change of the writer, and nothing else to happen
     * @param seed of the first run; the next ones count up. With each step: the number of the first
     * @param faults what may happen; everything that so many instances can suffer if not given
     * @param instances of the application
     */
    private record Options(
            boolean isEachStep, int runs, long seed, List<FaultKind> faults, Duration length, int instances) {
        static Options parse(List<String> arguments) {
            Map<String, String> given = new HashMap<>();
            List<FaultKind> faults = new ArrayList<>();
            List<String> pairs = new ArrayList<>(arguments);
            boolean isEachStep = pairs.remove(EACH_STEP);
            for (int i = 0; i < pairs.size(); i += 2) {
                String name = pairs.get(i);
                if (i + 1 == pairs.size() || !(isEachStep ? OF_STEPS : OF_SEEDS).contains(name)) {
                    throw new IllegalArgumentException(USAGE);
                }
                if (name.equals("--fault")) {
                    faults.add(FaultKind.named(pairs.get(i + 1)));
                } else {
                    given.put(name, pairs.get(i + 1));
                }
            }
            int instances = (int) number(given.getOrDefault("--instances", "1"));
            if (isEachStep) {
                return eachStep(number(given.getOrDefault("--from", "1")), instances);
            }
            return new Options(
                    false,
                    (int) number(given.getOrDefault("--runs", "5")),
                    given.containsKey("--seed")
                            ? number(given.getOrDefault("--seed", ""))
                            : new SplittableRandom().nextInt(1, 1_000_000),
                    faults.isEmpty() ? byDefault(instances) : available(faults, instances),
                    Duration.ofSeconds(number(given.getOrDefault("--seconds", "30"))),
                    instances);
        }

        private static Options eachStep(long from, int instances) {
            int steps = Plan.ofEachStep().size();
            if (from < 1 || from > steps) {
                throw new IllegalArgumentException("--from " + from + " is not one of the steps 1 to " + steps);
            }
            return new Options(true, (int) (steps - from + 1), from, List.of(), Duration.ZERO, instances);
        }

        Plan plan(long number) {
            return isEachStep ? Plan.ofEachStep().get((int) number - 1) : Plan.of(number, length, faults);
        }

        private static List<FaultKind> byDefault(int instances) {
            return Arrays.stream(FaultKind.values())
                    .filter(kind -> kind.whyNot(instances).isEmpty())
                    .toList();
        }

        private static List<FaultKind> available(List<FaultKind> faults, int instances) {
            for (FaultKind kind : faults) {
                kind.whyNot(instances).ifPresent(why -> {
                    throw new IllegalArgumentException(kind.label() + " is not to be had: " + why);
                });
            }
            return faults;
        }

        boolean includes(FaultKind.What what) {
            return faults.stream().anyMatch(kind -> kind.what() == what);
        }

        LocalChaos.Equipment equipment() {
            return new LocalChaos.Equipment(
                    instances, includes(FaultKind.What.FILL_DISK), includes(FaultKind.What.JUMP_CLOCK));
        }

        /** The options that lead to this plan again. */
        String repeated(long number) {
            StringBuilder text = new StringBuilder(
                    isEachStep
                            ? EACH_STEP + " --from " + number
                            : "--runs 1 --seed " + number + " --seconds " + length.toSeconds());
            if (instances > 1) {
                text.append(" --instances ").append(instances);
            }
            if (!isEachStep && !faults.equals(byDefault(instances))) {
                faults.forEach(kind -> text.append(" --fault ").append(kind.label()));
            }
            return text.toString();
        }

        private static long number(String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException notANumber) {
                throw new IllegalArgumentException("'" + text + "' is not a number; " + USAGE, notANumber);
            }
        }
    }

    private ChaosMain() {}

    public static void main(String[] arguments) {
        int exitCode;
        try {
            Options options = Options.parse(Arrays.asList(arguments));
            exitCode = LocalChaos.run(options.equipment(), system -> run(system, options));
        } catch (IllegalArgumentException refused) {
            LocalChaos.print("holdfast: " + refused.getMessage());
            exitCode = 2;
        }
        System.exit(exitCode);
    }

    private static int run(ChaosSystem system, Options options) {
        Arrays.stream(FaultKind.values())
                .filter(kind -> !options.isEachStep() && !options.faults().contains(kind))
                .forEach(kind -> kind.whyNot(options.instances())
                        .ifPresent(why -> LocalChaos.print("without " + kind.label() + ": " + why)));
        int bad = 0;
        for (int i = 0; i < options.runs(); i++) {
            long seed = options.seed() + i;
            LocalChaos.print("run " + (i + 1) + " of " + options.runs() + ", seed " + seed);
            ChaosReport report = new ChaosRun(system, LocalChaos::print).run(seed, options.plan(seed));
            LocalChaos.print(report.line());
            if (!report.isGood()) {
                bad++;
                show(report, LocalChaos.directory().resolve(Long.toString(seed)));
                LocalChaos.print("  the same again: ./holdfast chaos " + options.repeated(seed));
            }
        }
        LocalChaos.print(options.runs() - bad + " of " + options.runs() + " runs were good");
        return bad == 0 ? 0 : 1;
    }

    private static void show(ChaosReport report, Path directory) {
        report.violations().stream().limit(10).forEach(violation -> LocalChaos.print("  " + violation));
        try {
            report.write(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException("the history cannot be written", failure);
        }
        LocalChaos.print("  all of them, the plan and the history are in " + directory);
    }
}
