package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Call;
import org.holdfast.it.chaos.Operation.Kind;
import org.holdfast.launcher.LauncherException;

/** One run: a healthy start, faults under load, everything healed, last reads, judgement. */
final class ChaosRun {
    private static final int CLIENTS = 8;
    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(2);
    private static final Duration SAME_WITHIN = Duration.ofSeconds(30);
    private static final Duration LAST_READ_WITHIN = Duration.ofSeconds(30);
    private static final long AFTERWARDS_NANOS = Duration.ofSeconds(1).toNanos();

    private final ChaosSystem system;
    private final Consumer<String> progress;
    private final List<String> happened = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();

    ChaosRun(ChaosSystem system, Consumer<String> progress) {
        this.system = system;
        this.progress = progress;
    }

    /** Never fails because of the system: what goes wrong there is a violation in the report. */
    ChaosReport run(long seed, Plan plan) {
        if (!Deadline.await(HEALTHY_WITHIN, system::isHealthy)) {
            throw new IllegalStateException("not healthy before the run: " + system.describeHealth());
        }
        Scene scene = Scene.create(system, seed);
        long began = System.nanoTime();
        Workload workload = Workload.ofEverything(system, scene, CLIENTS, new SplittableRandom(seed));
        try {
            hurt(plan);
            Deadline.until(System.nanoTime() + AFTERWARDS_NANOS);
        } finally {
            workload.stop();
        }
        long ended = System.nanoTime();
        List<Operation> operations = new ArrayList<>(workload.recorder().operations());
        operations.addAll(lastReads(scene));
        Evidence evidence = new Evidence(operations, scene.initialValues(), scene.own(system.salvaged()));
        violations.addAll(Checker.check(evidence));
        if (!Deadline.await(SAME_WITHIN, () -> scene.differences(system).isEmpty())) {
            scene.differences(system)
                    .forEach(difference -> violations.add(new Violation(Violation.Kind.DIVERGED, difference)));
        }
        return new ChaosReport(seed, plan, happened, evidence, began, ended, violations);
    }

    private void hurt(Plan plan) {
        Nemesis nemesis = new Nemesis(system, line -> {
            happened.add(line);
            progress.accept(line);
        });
        try {
            nemesis.carryOut(plan);
        } catch (LauncherException failure) {
            violations.add(new Violation(Violation.Kind.NOT_HEALED, failure.toString()));
        }
        violations.addAll(nemesis.violations());
        try {
            system.heal();
        } catch (LauncherException failure) {
            violations.add(new Violation(Violation.Kind.NOT_HEALED, failure.toString()));
        }
        long healed = System.nanoTime();
        if (Deadline.await(HEALTHY_WITHIN, system::isHealthy)) {
            progress.accept(
                    "  healthy " + Duration.ofNanos(System.nanoTime() - healed).toMillis() + " ms after the last");
        } else {
            violations.add(new Violation(
                    Violation.Kind.NOT_HEALED,
                    "not healthy " + HEALTHY_WITHIN.toSeconds() + " s after everything ran again: "
                            + system.describeHealth() + "; " + system.describeReplication()));
        }
    }

    private List<Operation> lastReads(Scene scene) {
        Reader reader = new Reader(system.agent(), scene);
        List<Operation> reads = new ArrayList<>();
        scene.registers()
                .keySet()
                .forEach(key -> lastRead(reader, Kind.READ, key).ifPresent(reads::add));
        scene.lists().keySet().forEach(key -> lastRead(reader, Kind.LIST, key).ifPresent(reads::add));
        return reads;
    }

    private static Optional<Operation> lastRead(Reader reader, Kind kind, String key) {
        Call call = new Call(Operation.FINAL_SESSION, kind, key, "", Asked.STRONG);
        List<Operation> tries = new ArrayList<>();
        Deadline.await(LAST_READ_WITHIN, () -> {
            tries.add(reader.read(call, Optional.empty()));
            return tries.get(tries.size() - 1).isOk();
        });
        return tries.stream().filter(Operation::isOk).findFirst();
    }
}
