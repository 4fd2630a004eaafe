package org.holdfast.it.chaos;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.holdfast.it.chaos.Linearizability.Step;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Kind;
import org.holdfast.it.chaos.Operation.Outcome;

/**
 * Looks for what must not be in what clients recorded. Values are unique, so a value names the write that it came from. A
 * write that the system lists as salvaged is left out of every requirement but two: it may not have been acknowledged as
 * safe in both clusters, and a session that wrote it must be told. Pure; an object serves one check.
 */
final class Checker {
    private static final int CONFIGURATIONS_MAX = 2_000_000;
    private static final String DURABLE = "failover";

    private final Evidence evidence;
    private final Map<String, Operation> writes = new HashMap<>();
    private final List<Violation> found = new ArrayList<>();

    private Checker(Evidence evidence) {
        this.evidence = evidence;
        for (Operation operation : evidence.operations()) {
            if (operation.call().kind().changes()) {
                writes.put(operation.call().value(), operation);
            }
        }
    }

    static List<Violation> check(Evidence evidence) {
        Checker checker = new Checker(evidence);
        checker.answers();
        checker.origins();
        checker.versions();
        checker.survival();
        checker.found.addAll(SessionChecker.check(evidence));
        checker.linearizability();
        return List.copyOf(checker.found);
    }

    private void answers() {
        evidence.operations().stream()
                .filter(operation -> operation.result().outcome() == Outcome.UNEXPECTED)
                .forEach(operation -> report(Violation.Kind.ANSWER, describe(operation)));
    }

    private void origins() {
        for (Operation read : evidence.operations()) {
            if (!read.call().kind().changes() && read.isOk()) {
                read.result().seen().forEach(value -> origin(read, value));
                if (new HashSet<>(read.result().seen()).size()
                        < read.result().seen().size()) {
                    report(Violation.Kind.FROM_NOWHERE, "an entry is there twice in " + describe(read));
                }
            }
        }
    }

    private void origin(Operation read, String value) {
        String key = read.call().key();
        if (value.equals(evidence.initial().get(key))) {
            return;
        }
        Operation write = writes.get(value);
        if (write == null || !write.call().key().equals(key)) {
            report(Violation.Kind.FROM_NOWHERE, "nobody wrote '" + value + "', found by " + describe(read));
        } else if (write.result().outcome() == Outcome.FAILED || write.result().outcome() == Outcome.TOLD) {
            report(
                    Violation.Kind.FROM_NOWHERE,
                    describe(write) + " was answered with: nothing happened; found by " + describe(read));
        } else if (read.endedNanos() < write.beganNanos()) {
            report(Violation.Kind.FROM_NOWHERE, describe(read) + " found what was written later");
        }
    }

    private void versions() {
        Map<String, String> values = new HashMap<>();
        for (Operation operation : evidence.operations()) {
            Optional<String> value = SessionChecker.registerValue(operation);
            if (value.isEmpty() || isSalvaged(value.get()) || operation.result().version() < 0) {
                continue;
            }
            String place =
                    operation.call().key() + " version " + operation.result().version();
            String other = values.putIfAbsent(place, value.get());
            if (other != null && !other.equals(value.get())) {
                report(
                        Violation.Kind.SPLIT,
                        place + " is '" + other + "' and, by " + describe(operation) + ", '" + value.get() + "'");
            }
        }
    }

    private void survival() {
        for (Operation write : writes.values()) {
            if (write.isOk()
                    && isSalvaged(write.call().value())
                    && write.result().reached().equals(DURABLE)) {
                report(Violation.Kind.LOST_THOUGH_DURABLE, describe(write) + " is salvaged");
            }
        }
        evidence.keys(Kind.APPEND, Kind.LIST).forEach(this::listSurvives);
        evidence.keys(Kind.WRITE, Kind.READ).forEach(this::registerSurvives);
    }

    private void listSurvives(String key) {
        Optional<Operation> last = finalRead(Kind.LIST, key);
        if (last.isEmpty()) {
            return;
        }
        Set<String> there = new HashSet<>(last.get().result().seen());
        evidence.of(Kind.APPEND, key)
                .filter(append ->
                        mustSurvive(append) && !there.contains(append.call().value()))
                .forEach(this::lost);
    }

    // Only what is certain without an order: an acknowledged write that began after the one that is there had ended.
    private void registerSurvives(String key) {
        Optional<Operation> last = finalRead(Kind.READ, key);
        if (last.isEmpty() || last.get().result().seen().isEmpty()) {
            return;
        }
        String value = last.get().result().seen().get(0);
        long endedNanos = writtenAt(key, value);
        evidence.of(Kind.WRITE, key)
                .filter(write -> mustSurvive(write) && write.beganNanos() > endedNanos)
                .forEach(this::lost);
    }

    private long writtenAt(String key, String value) {
        if (value.equals(evidence.initial().get(key))) {
            return Long.MIN_VALUE;
        }
        Operation write = writes.get(value);
        return write == null || !write.isOk() ? Long.MAX_VALUE : write.endedNanos();
    }

    private Optional<Operation> finalRead(Kind kind, String key) {
        Optional<Operation> last = evidence.of(kind, key)
                .filter(read -> read.isFinal() && read.isOk())
                .findFirst();
        if (last.isEmpty()) {
            report(Violation.Kind.NOT_HEALED, "no final read of " + key);
        }
        return last;
    }

    private void lost(Operation write) {
        boolean isDurable = write.result().reached().equals(DURABLE);
        report(isDurable ? Violation.Kind.LOST_THOUGH_DURABLE : Violation.Kind.LOST, describe(write));
    }

    private boolean mustSurvive(Operation write) {
        return write.isOk() && !isSalvaged(write.call().value());
    }

    private void linearizability() {
        for (String key : evidence.keys(Kind.WRITE, Kind.READ)) {
            Linearizability.Finding finding =
                    Linearizability.check(evidence.initial().getOrDefault(key, ""), steps(key), CONFIGURATIONS_MAX);
            switch (finding.verdict()) {
                case YES -> {}
                case NO ->
                    report(
                            Violation.Kind.NOT_LINEARIZABLE,
                            key + "; no place for "
                                    + finding.stuck().map(Checker::describe).orElse("the first"));
                case GIVEN_UP -> report(Violation.Kind.UNDECIDED, key + ": more than " + CONFIGURATIONS_MAX + " tries");
            }
        }
    }

    private List<Step> steps(String key) {
        List<Operation> reads = evidence.of(Kind.READ, key)
                .filter(read -> read.isOk() && read.call().asked() == Asked.STRONG)
                .filter(read -> read.result().seen().stream().noneMatch(this::isSalvaged))
                .toList();
        Set<String> seen =
                reads.stream().flatMap(read -> read.result().seen().stream()).collect(Collectors.toSet());
        List<Step> steps = new ArrayList<>();
        reads.forEach(
                read -> steps.add(new Step(false, read.result().seen().get(0), read.beganNanos(), read.endedNanos())));
        evidence.of(Kind.WRITE, key)
                .filter(write -> !isSalvaged(write.call().value()))
                // A write in doubt that nobody saw may never have happened: it fits at the end of any order.
                .filter(write -> write.isOk()
                        || (write.mayHaveHappened()
                                && seen.contains(write.call().value())))
                .forEach(write -> steps.add(new Step(
                        true,
                        write.call().value(),
                        write.beganNanos(),
                        write.isOk() ? write.endedNanos() : Step.NEVER_ENDED)));
        return steps;
    }

    private boolean isSalvaged(String value) {
        return evidence.salvaged().contains(value);
    }

    private void report(Violation.Kind kind, String what) {
        found.add(new Violation(kind, what));
    }

    private static String describe(Step step) {
        return (step.isWrite() ? "the write of '" : "the strong read of '") + step.value() + "' from "
                + step.beganNanos();
    }

    static String describe(Operation operation) {
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("session", operation.call().session());
        parts.put("began", operation.beganNanos());
        parts.put("place", operation.result().place());
        parts.put("version", operation.result().version());
        parts.put("note", operation.result().note());
        String what = operation.call().kind().changes()
                ? " '" + operation.call().value() + "'"
                : " " + operation.call().asked();
        return operation.call().kind() + what + " of " + operation.call().key() + " " + parts;
    }
}
