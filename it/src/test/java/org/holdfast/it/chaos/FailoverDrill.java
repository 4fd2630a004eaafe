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
 * Goal: how long writes and reads stand still when the cluster that takes the writes is gone, or hands over, and what is
 * lost. Method: four writers and four readers; every node of the cluster is killed, or stopped without a word, at once, and
 * when the other cluster takes writes the nodes come back; or a planned switch is asked for. Bound: another writer within
 * {@link #TAKEN_OVER_WITHIN}, a standby again within {@link #STANDBY_WITHIN}.
 */
final class FailoverDrill {
    private static final int EACH = 4;
    private static final Duration BEFORE = Duration.ofSeconds(5);
    private static final Duration AFTERWARDS = Duration.ofSeconds(5);
    private static final Duration TAKEN_OVER_WITHIN = Duration.ofMinutes(1);
    private static final Duration STANDBY_WITHIN = Duration.ofMinutes(5);

    /** How the cluster stops taking writes. */
    enum Way {
        KILLED("killed"),
        STOPPED("stopped silently"),
        PLANNED("asked to hand over");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    /**
     * What one switch showed.
     *
     * @param toWrite from the kill, or the request, to the first acknowledged write on the other cluster
     * @param writeGap the longest time without an acknowledged write
     * @param readGap the longest time without a successful eventual read
     * @param toStandby from the return of the nodes until the cluster is a healthy standby
     * @param failed operations that callers did not get done, over the whole drill
     * @param acknowledged how many writes were
     * @param missing acknowledged writes that are not there afterwards
     * @param salvaged how many of those the system lists itself
     */
    record Round(
            Cluster from,
            Duration toWrite,
            Duration writeGap,
            Duration readGap,
            Duration toStandby,
            long failed,
            long acknowledged,
            long missing,
            long salvaged) {}

    private final ChaosSystem system;
    private final Way way;
    private final Consumer<String> progress;

    FailoverDrill(ChaosSystem system, Way way, Consumer<String> progress) {
        this.system = system;
        this.way = way;
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
            long endNanos = System.nanoTime();
            Duration readGap = Gaps.longest(operations, done -> done.is(Kind.READ), loadedNanos, endNanos);
            Duration writeGap =
                    Gaps.longest(operations, done -> done.call().kind().changes(), loadedNanos, endNanos);
            progress.accept("  no write was acknowledged for " + writeGap.toMillis()
                    + " ms, no eventual read succeeded for " + readGap.toMillis() + " ms");
            return judge(scene, operations, from, new Times(toWrite, writeGap, readGap, toStandby));
        } finally {
            workload.stop();
            system.resume(from.members());
        }
    }

    private record Times(Duration toWrite, Duration writeGap, Duration readGap, Duration toStandby) {}

    private void takeAway(Cluster cluster) {
        switch (way) {
            case KILLED -> system.kill(cluster.members());
            case STOPPED -> system.pause(cluster.members());
            case PLANNED -> progress.accept("  a planned switch: " + system.switchWriter());
        }
    }

    private void giveBack(Cluster cluster) {
        switch (way) {
            case KILLED -> system.start(cluster.members());
            case STOPPED -> system.resume(cluster.members());
            case PLANNED -> {
                // It was never away.
            }
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
        long failed = operations.stream().filter(done -> !done.isOk()).count();
        return new Round(
                from,
                times.toWrite(),
                times.writeGap(),
                times.readGap(),
                times.toStandby(),
                failed,
                acknowledged,
                missing.size(),
                listed);
    }

    private static Operation last(Reader reader, Kind kind, String key) {
        return reader.read(new Call(Operation.FINAL_SESSION, kind, key, "", Asked.STRONG), Optional.empty());
    }
}
