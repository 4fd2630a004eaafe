package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Call;
import org.holdfast.it.chaos.Operation.Kind;
import org.holdfast.launcher.NodeName;

/**
 * Goal: how long writes and reads stand still when the cluster that takes the writes is gone, and what is lost. Method: four
 * writers and four readers; every node of the cluster is killed, or stopped without a word, at once; when the other cluster
 * takes writes the nodes come back. Bound: another writer within {@link #TAKEN_OVER_WITHIN}, a standby again within
 * {@link #STANDBY_WITHIN}.
 */
final class FailoverDrill {
    private static final int EACH = 4;
    private static final Duration BEFORE = Duration.ofSeconds(5);
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);
    private static final Duration TAKEN_OVER_WITHIN = Duration.ofMinutes(1);
    private static final Duration STANDBY_WITHIN = Duration.ofMinutes(5);

    /**
     * What one switch showed.
     *
     * @param toWrite from the kill to the first acknowledged write on the other cluster
     * @param readGap the longest time without a successful eventual read
     * @param toStandby from the return of the nodes until the cluster is a healthy standby
     * @param acknowledged how many writes were, over the whole drill
     * @param missing acknowledged writes that are not there afterwards
     * @param salvaged how many of those the system lists itself
     */
    record Round(
            Cluster from,
            Duration toWrite,
            Duration readGap,
            Duration toStandby,
            long acknowledged,
            long missing,
            long salvaged) {}

    private final ChaosSystem system;
    private final boolean isSilent;
    private final Consumer<String> progress;

    FailoverDrill(ChaosSystem system, boolean isSilent, Consumer<String> progress) {
        this.system = system;
        this.isSilent = isSilent;
        this.progress = progress;
    }

    /** Lets the callers call for a while: until then the server's compiler takes as much of the machine as they do. */
    void warmUp(Duration time) {
        await("every node is up and close behind", STANDBY_WITHIN);
        Workload workload =
                Workload.ofWritersAndReaders(system, Scene.create(system, 0), EACH, new SplittableRandom(0));
        try {
            Deadline.until(System.nanoTime() + time.toNanos());
        } finally {
            workload.stop();
        }
    }

    /**
     * Takes the writing cluster away and gives it back.
     *
     * @throws IllegalStateException when nobody takes over, or the cluster does not come back, in time
     */
    Round run(long seed) {
        await("every node is up and close behind", STANDBY_WITHIN);
        Scene scene = Scene.create(system, seed);
        Cluster from = system.writer();
        Workload workload = Workload.ofWritersAndReaders(system, scene, EACH, new SplittableRandom(seed));
        try {
            Deadline.until(System.nanoTime() + BEFORE.toNanos());
            long loadedNanos = System.nanoTime() - BEFORE.toNanos() / 2;
            // Before the kill: it takes a moment itself, which is part of what callers see.
            long killedNanos = System.nanoTime();
            takeAway(from);
            Duration toWrite = awaitWriter(workload, from.other(), killedNanos);
            progress.accept("  " + from.other() + " takes writes after " + toWrite.toMillis() + " ms");
            Deadline.until(System.nanoTime() + AFTERWARDS.toNanos());
            long backNanos = System.nanoTime();
            giveBack(from);
            await(from + " is a standby again", STANDBY_WITHIN);
            Duration toStandby = Duration.ofNanos(System.nanoTime() - backNanos);
            progress.accept("  " + from + " is a standby again after " + toStandby.toMillis() + " ms");
            workload.stop();
            List<Operation> operations = workload.recorder().operations();
            Duration readGap = Gaps.longest(operations, done -> done.is(Kind.READ), loadedNanos, System.nanoTime());
            progress.accept("  no eventual read succeeded for " + readGap.toMillis() + " ms");
            return judge(scene, operations, from, new Times(toWrite, readGap, toStandby));
        } finally {
            workload.stop();
            system.resume(from.members());
        }
    }

    private record Times(Duration toWrite, Duration readGap, Duration toStandby) {}

    private void takeAway(Cluster cluster) {
        if (isSilent) {
            system.pause(cluster.members());
        } else {
            system.kill(cluster.members());
        }
    }

    private void giveBack(Cluster cluster) {
        if (isSilent) {
            system.resume(cluster.members());
        } else {
            system.start(cluster.members());
        }
    }

    private static Duration awaitWriter(Workload workload, Cluster expected, long killedNanos) {
        List<Long> answered = new ArrayList<>();
        boolean isTakenOver = Deadline.await(TAKEN_OVER_WITHIN, () -> {
            firstWriteOn(workload.recorder(), expected.head(), killedNanos).ifPresent(answered::add);
            return !answered.isEmpty();
        });
        if (!isTakenOver) {
            throw new IllegalStateException("no write was acknowledged on " + expected + " within "
                    + TAKEN_OVER_WITHIN.toSeconds() + " s; "
                    + workload.system().describeHealth());
        }
        return Duration.ofNanos(answered.get(0) - killedNanos);
    }

    private static Optional<Long> firstWriteOn(Recorder recorder, NodeName head, long afterNanos) {
        return recorder.operations().stream()
                .filter(done -> done.isOk() && done.call().kind().changes())
                .filter(done -> done.endedNanos() > afterNanos
                        && done.result().place().node().equals(head.label()))
                .map(Operation::endedNanos)
                .min(Long::compare);
    }

    private void await(String what, Duration atMost) {
        if (!Deadline.await(atMost, system::isHealthy)) {
            throw new IllegalStateException(
                    "not within " + atMost.toSeconds() + " s: " + what + "; " + system.describeHealth());
        }
    }

    // A register keeps only its last value: what counts as missing there is what the checker is sure of.
    private Round judge(Scene scene, List<Operation> operations, Cluster from, Times times) {
        List<Operation> all = new ArrayList<>(operations);
        Reader reader = new Reader(system.agent(), scene);
        scene.registers().keySet().forEach(key -> all.add(last(reader, Kind.READ, key)));
        scene.lists().keySet().forEach(key -> all.add(last(reader, Kind.LIST, key)));
        Set<String> salvaged = scene.own(system.salvaged());
        Evidence blind = new Evidence(all, scene.initialValues(), Set.of());
        List<Violation> missing = Checker.check(blind).stream()
                .filter(violation -> violation.kind() == Violation.Kind.LOST
                        || violation.kind() == Violation.Kind.LOST_THOUGH_DURABLE)
                .toList();
        missing.forEach(violation -> progress.accept("  " + violation));
        long listed = missing.stream()
                .filter(violation ->
                        salvaged.stream().anyMatch(value -> violation.what().contains("'" + value + "'")))
                .count();
        long acknowledged = operations.stream()
                .filter(done -> done.isOk() && done.call().kind().changes())
                .count();
        return new Round(
                from, times.toWrite(), times.readGap(), times.toStandby(), acknowledged, missing.size(), listed);
    }

    private static Operation last(Reader reader, Kind kind, String key) {
        return reader.read(new Call(Operation.FINAL_SESSION, kind, key, "", Asked.STRONG), Optional.empty());
    }
}
