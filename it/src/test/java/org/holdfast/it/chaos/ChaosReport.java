package org.holdfast.it.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.holdfast.it.chaos.Operation.Outcome;

/**
 * What a run showed.
 *
 * @param happened what the nemesis did, for people, one line each
 * @param beganNanos when the load began
 * @param endedNanos when it ended, after everything was healed
 */
record ChaosReport(
        long seed,
        Plan plan,
        List<String> happened,
        Evidence evidence,
        long beganNanos,
        long endedNanos,
        List<Violation> violations) {
    ChaosReport {
        happened = List.copyOf(happened);
        violations = List.copyOf(violations);
    }

    boolean isGood() {
        return violations.isEmpty();
    }

    /** All of it in one line. */
    String line() {
        return String.format(
                Locale.ROOT,
                "seed %d  faults %d  ops %d  ok %d  failed %d  in doubt %d  told %d  salvaged %d"
                        + "  longest write gap %d ms  read gap %d ms  %s",
                seed,
                plan.steps().size(),
                evidence.operations().size(),
                count(Outcome.OK),
                count(Outcome.FAILED),
                count(Outcome.IN_DOUBT),
                count(Outcome.TOLD),
                evidence.salvaged().size(),
                gap(operation -> operation.call().kind().changes()).toMillis(),
                gap(operation -> operation.call().asked() == Operation.Asked.EVENTUAL)
                        .toMillis(),
                isGood() ? "good" : violations.size() + " VIOLATIONS");
    }

    private long count(Outcome outcome) {
        return evidence.operations().stream()
                .filter(operation -> operation.result().outcome() == outcome)
                .count();
    }

    private Duration gap(Predicate<Operation> counts) {
        return Gaps.longest(evidence.operations(), counts, beganNanos, endedNanos);
    }

    /** Writes violations, plan, what happened and the whole history below a directory. */
    void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.write(
                directory.resolve("violations.txt"),
                violations.stream().map(Violation::toString).toList());
        Files.write(
                directory.resolve("plan.txt"),
                plan.steps().stream().map(Plan.Step::toString).toList());
        Files.write(directory.resolve("happened.txt"), happened);
        try (BufferedWriter history = Files.newBufferedWriter(directory.resolve("history.jsonl"))) {
            for (Operation operation : evidence.operations()) {
                history.write(Caller.JSON.writeValueAsString(operation));
                history.newLine();
            }
        }
    }
}
