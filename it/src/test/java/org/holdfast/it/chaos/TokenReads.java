package org.holdfast.it.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Callers who read what they have just written. Each has an agent of its own and begins again and again: it writes the
 * agent's description, reads it at once with the token of that write, reads it with the same token after four pauses, the
 * whole time since the write drawn log-uniformly from 20 ms to 2 s (what a page takes to be shown, to what an agent's next
 * step takes), and once with eventual consistency, as a yardstick. Other callers append messages meanwhile.
 */
final class TokenReads {
    private static final int READERS = 6;
    private static final int WRITERS = 2;
    private static final int LATER_READS = 4;
    private static final double AGE_MILLIS_MIN = 20;
    private static final double AGE_MILLIS_MAX = 2000;
    private static final Duration THINK = Duration.ofMillis(20);

    /**
     * One read.
     *
     * @param age how long ago its token's write was acknowledged, when it was sent
     * @param isByToken false for the yardstick
     * @param isStale whether it showed less than that write
     */
    record Read(Duration age, Duration took, String node, boolean isByToken, boolean isOk, boolean isStale) {
        boolean isFromReplica() {
            return node.contains("eplica");
        }
    }

    private final ChaosSystem system;
    private final Queue<Read> reads = new ConcurrentLinkedQueue<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isStopped;

    TokenReads(ChaosSystem system) {
        this.system = system;
    }

    /**
     * Runs for as long.
     *
     * @throws IllegalStateException when a write failed: nothing was done to the servers
     */
    List<Read> run(Duration length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= READERS + WRITERS; i++) {
            Caller caller = system.client(i);
            String agent = "/api/agents/" + made(caller, "/api/agents", object("name", "reads " + seed + " " + i));
            SplittableRandom own = random.split();
            threads.add(new Thread(i <= READERS ? () -> read(caller, agent, own) : () -> write(caller, agent)));
        }
        threads.forEach(Thread::start);
        Deadline.until(System.nanoTime() + length.toNanos());
        isStopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(Caller.DEADLINE.multipliedBy(2).toMillis());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("a write failed: " + failures.peek());
        }
        return List.copyOf(reads);
    }

    private void read(Caller caller, String agent, SplittableRandom random) {
        for (int written = 1; !isStopped; written++) {
            String value = "written " + written;
            Caller.Reply reply = caller.send("PATCH", agent, Optional.of(object("description", value)));
            long writtenNanos = System.nanoTime();
            if (!reply.isSuccess()) {
                failures.add(reply.brief());
                return;
            }
            String token = reply.header("token");
            String[] byToken = {"Holdfast-Consistency", "session", "Holdfast-Token", token};
            once(caller, agent, value, writtenNanos, byToken);
            for (long age : ages(random)) {
                Deadline.until(writtenNanos + age);
                once(caller, agent, value, writtenNanos, byToken);
            }
            once(caller, agent, value, writtenNanos, "Holdfast-Consistency", "eventual");
        }
    }

    private static long[] ages(SplittableRandom random) {
        return random.doubles(LATER_READS)
                .map(part -> AGE_MILLIS_MIN * Math.pow(AGE_MILLIS_MAX / AGE_MILLIS_MIN, part))
                .sorted()
                .mapToLong(millis -> Math.round(millis * 1e6))
                .toArray();
    }

    private void once(Caller caller, String agent, String expected, long writtenNanos, String... headers) {
        long begun = System.nanoTime();
        Caller.Reply reply = caller.get(agent, headers);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        boolean isByToken = headers.length > 2;
        // Nobody else writes this agent, and its one writer is waiting for this read.
        boolean isStale = isByToken
                && reply.isSuccess()
                && !reply.body().path("description").asText().equals(expected);
        reads.add(new Read(
                Duration.ofNanos(begun - writtenNanos),
                took,
                reply.header("node"),
                isByToken,
                reply.isSuccess(),
                isStale));
    }

    private void write(Caller caller, String agent) {
        String conversation = made(caller, agent + "/conversations", object("title", "reads"));
        String messages = "/api/conversations/" + conversation + "/messages";
        while (!isStopped) {
            Caller.Reply reply = caller.send(
                    "POST", messages, Optional.of(object("content", "a message").put("role", "user")));
            if (!reply.isSuccess()) {
                failures.add(reply.brief());
                return;
            }
            Deadline.until(System.nanoTime() + THINK.toNanos());
        }
    }

    private static String made(Caller caller, String path, ObjectNode body) {
        Caller.Reply reply = caller.send("POST", path, Optional.of(body));
        if (!reply.isSuccess()) {
            throw new IllegalStateException("POST " + path + ": " + reply.brief());
        }
        return reply.body().path("id").asText();
    }

    private static ObjectNode object(String name, String value) {
        return Caller.JSON.createObjectNode().put(name, value);
    }
}
