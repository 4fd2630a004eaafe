package org.holdfast.it.chaos;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.holdfast.it.chaos.Operation.Outcome;

/**
 * More writes at once than an instance's pool and bulkhead hold, all to one row of the flood's own that is locked until the
 * end: whoever else wants to write finds everything taken.
 */
final class Flood {
    // A pool has 20 connections, a bulkhead 120 places, and the server 200 threads.
    private static final int REQUESTS_AN_INSTANCE = 250;
    private static final Duration ANSWERED_WITHIN = Caller.DEADLINE.plusSeconds(5);

    private final Connection lock;
    private final int requests;
    private final CountDownLatch unanswered;
    private final ConcurrentLinkedQueue<Caller.Reply> replies = new ConcurrentLinkedQueue<>();

    private Flood(Connection lock, int requests) {
        this.lock = lock;
        this.requests = requests;
        this.unanswered = new CountDownLatch(requests);
    }

    /** Empty when there is nobody to be flooded, because another fault has the system. */
    static Optional<Flood> begin(ChaosSystem system) {
        try {
            Caller caller = system.agent();
            Caller.Reply made = caller.send(
                    "POST",
                    "/api/agents",
                    Optional.of(Caller.JSON.createObjectNode().put("name", "flood " + UUID.randomUUID())));
            if (!made.isSuccess()) {
                return Optional.empty();
            }
            String id = made.body().path("id").asText();
            Flood flood = new Flood(
                    lock(system, id), REQUESTS_AN_INSTANCE * system.instances().size());
            flood.pour(caller, "/api/agents/" + id, system.instances().size());
            return Optional.of(flood);
        } catch (SQLException | IllegalStateException nobodyThere) {
            return Optional.empty();
        }
    }

    private static Connection lock(ChaosSystem system, String id) throws SQLException {
        Connection connection = system.connect(system.writer().head());
        try (PreparedStatement lock =
                connection.prepareStatement("select id from memory.agent where id = ?::uuid for update")) {
            connection.setAutoCommit(false);
            lock.setString(1, id);
            lock.execute();
            return connection;
        } catch (SQLException failure) {
            Ambush.close(connection);
            throw failure;
        }
    }

    private void pour(Caller caller, String path, int instances) {
        IntStream.range(0, requests).forEach(number -> {
            Thread thread = new Thread(
                    () -> {
                        var body = Caller.JSON.createObjectNode().put("description", "flood " + number);
                        replies.add(caller.beginningWith(number % instances).send("PATCH", path, Optional.of(body)));
                        unanswered.countDown();
                    },
                    "chaos-flood");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /** Lets the row go and waits for the answers, at most 15 s. */
    Injection.Ending end() {
        Ambush.close(lock);
        try {
            if (!unanswered.await(ANSWERED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                return new Injection.Ending(unanswered.getCount() + " requests have no answer", List.of());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Map<String, Integer> answers = new TreeMap<>();
        replies.forEach(reply -> answers.merge(kind(reply), 1, Integer::sum));
        List<Violation> violations = replies.stream()
                .filter(reply -> Outcomes.of(reply, true) == Outcome.UNEXPECTED)
                .map(reply -> new Violation(Violation.Kind.ANSWER, "to a request of a flood: " + reply.brief()))
                .toList();
        return new Injection.Ending(answers.toString(), violations);
    }

    private static String kind(Caller.Reply reply) {
        return switch (reply.status()) {
            case Caller.NOT_SENT -> "not sent";
            case Caller.NO_ANSWER -> "no answer";
            default -> (reply.status() + " " + reply.category()).strip();
        };
    }
}
