package org.holdfast.cache;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.holdfast.cache.stress.StressReport;
import org.holdfast.cache.stress.Violation;

/** {@code ./holdfast bench cache-stress}: runs with seeds, one line each; exit code 1 when a promise was broken. */
final class StressMain {
    private static final String USAGE =
            "usage: ./holdfast bench cache-stress [--runs N] [--seed S] [--seconds S] [--lag MILLIS]";
    private static final List<String> NAMES = List.of("--runs", "--seed", "--seconds", "--lag");
    private static final int SHOWN_MAX = 10;

    private StressMain() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Map<String, Long> given = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            boolean isPair = i + 1 < arguments.length && arguments[i + 1].matches("[0-9]{1,9}");
            if (!isPair || !NAMES.contains(arguments[i])) {
                out.println("holdfast: " + USAGE);
                System.exit(2);
            }
            given.put(arguments[i], Long.parseLong(arguments[i + 1]));
        }
        System.exit(run(given, out));
    }

    private static int run(Map<String, Long> given, PrintStream out) {
        long runs = given.getOrDefault("--runs", 10L);
        long seed = given.getOrDefault("--seed", (long) new SplittableRandom().nextInt(1, 1_000_000));
        Duration length = Duration.ofSeconds(given.getOrDefault("--seconds", 5L));
        Duration lag = Duration.ofMillis(given.getOrDefault("--lag", 500L));
        Map<Violation.What, Integer> found = new EnumMap<>(Violation.What.class);
        long bad = 0;
        long reads = 0;
        for (long each = seed; each < seed + runs; each++) {
            StressReport report = new StressRun(Servers.get(), each, length, lag).run();
            out.println(report.line());
            report.violations().stream().limit(SHOWN_MAX).forEach(violation -> out.println("  " + violation));
            report.violations().forEach(violation -> found.merge(violation.what(), 1, Integer::sum));
            reads += report.reads();
            bad += report.isGood() ? 0 : 1;
        }
        out.println(runs - bad + " of " + runs + " runs were good; " + reads + " reads; found: " + found);
        return bad == 0 ? 0 : 1;
    }
}
