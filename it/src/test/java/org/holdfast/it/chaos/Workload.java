package org.holdfast.it.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.holdfast.it.chaos.Client.Choice;
import org.holdfast.it.chaos.Client.Profile;
import org.holdfast.it.chaos.Operation.Asked;
import org.holdfast.it.chaos.Operation.Kind;

/** Clients at work until they are told to stop. Used by one thread; the clients have one each. */
final class Workload {
    private static final int READERS = 2;
    private static final Duration THINK = Duration.ofMillis(20);
    private static final Duration STOP_WITHIN = Caller.DEADLINE.multipliedBy(3);
    private static final List<Choice> EVERYTHING = List.of(
            new Choice(Kind.WRITE, Asked.NOTHING, 35),
            new Choice(Kind.READ, Asked.STRONG, 20),
            new Choice(Kind.READ, Asked.SESSION, 20),
            new Choice(Kind.READ, Asked.EVENTUAL, 5),
            new Choice(Kind.APPEND, Asked.NOTHING, 12),
            new Choice(Kind.LIST, Asked.SESSION, 6),
            new Choice(Kind.LIST, Asked.STRONG, 2));
    private static final List<Choice> WRITES =
            List.of(new Choice(Kind.WRITE, Asked.NOTHING, 1), new Choice(Kind.APPEND, Asked.NOTHING, 1));
    private static final List<Choice> READS = List.of(new Choice(Kind.READ, Asked.EVENTUAL, 1));

    private final ChaosSystem system;
    private final Scene scene;
    private final Recorder recorder = new Recorder();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isStopped;

    private Workload(ChaosSystem system, Scene scene) {
        this.system = system;
        this.scene = scene;
    }

    /**
     * Clients that do everything, of which every second one carries its own token, and two that only read what any node may
     * answer: the others may all be waiting for a writer.
     */
    static Workload ofEverything(ChaosSystem system, Scene scene, int clients, SplittableRandom random) {
        return start(
                system,
                scene,
                clients + READERS,
                random,
                number -> new Profile(number, number <= clients ? EVERYTHING : READS, number % 2 == 0, THINK));
    }

    /** Half of the clients write, the other half reads with eventual consistency and without tokens. */
    static Workload ofWritersAndReaders(ChaosSystem system, Scene scene, int each, SplittableRandom random) {
        return start(
                system,
                scene,
                2 * each,
                random,
                number -> new Profile(number, number <= each ? WRITES : READS, false, THINK));
    }

    private static Workload start(
            ChaosSystem system, Scene scene, int clients, SplittableRandom random, IntFunction<Profile> profile) {
        Workload workload = new Workload(system, scene);
        List<Client> ready = IntStream.rangeClosed(1, clients)
                .mapToObj(number -> new Client(workload, profile.apply(number), random.split()))
                .toList();
        ready.forEach(client -> {
            Thread thread = new Thread(client, "chaos-client");
            thread.setDaemon(true);
            thread.start();
            workload.threads.add(thread);
        });
        return workload;
    }

    /** Lets every client end the operation that it is in. */
    void stop() {
        isStopped = true;
        long endNanos = System.nanoTime() + STOP_WITHIN.toNanos();
        for (Thread thread : threads) {
            try {
                thread.join(Math.max(1, (endNanos - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
            if (thread.isAlive()) {
                throw new IllegalStateException("a client did not end within " + STOP_WITHIN.toSeconds() + " s");
            }
        }
    }

    boolean isStopped() {
        return isStopped;
    }

    ChaosSystem system() {
        return system;
    }

    Scene scene() {
        return scene;
    }

    Recorder recorder() {
        return recorder;
    }
}
