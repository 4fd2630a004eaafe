package org.holdfast.it.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.holdfast.it.api.Api.object;
import static org.holdfast.it.api.Api.unique;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Callers that write conversations of one agent one after another until they are closed, and remember every answer. */
final class Writers implements AutoCloseable {
    private static final int CALLERS = 3;
    private static final int DURABLE_EVERY = 4;
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(30);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

    private final Api agent;
    private final String path;
    private final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean isClosed;

    /** @param path the agent's */
    Writers(Api agent, String path) {
        this.agent = agent;
        this.path = path;
        IntStream.range(0, CALLERS).forEach(caller -> callers.execute(this::write));
    }

    private void write() {
        try {
            for (int i = 0; !isClosed; i++) {
                String durability = i % DURABLE_EVERY == 0 ? "failover" : "local";
                answers.add(agent.post(
                        path + "/conversations",
                        object("externalId", unique("conversation")),
                        "Holdfast-Durability",
                        durability));
            }
        } catch (RuntimeException | AssertionError failure) {
            failures.add(failure);
        }
    }

    /** Waits for so many more writes to be acknowledged. */
    void awaitMore(int writes) {
        long before = acknowledged().count();
        await().atMost(WRITTEN_WITHIN)
                .untilAsserted(() -> assertThat(acknowledged().count()).isGreaterThanOrEqualTo(before + writes));
    }

    private Stream<Answer> acknowledged() {
        return answers.stream().filter(answer -> answer.status() == 201);
    }

    List<Answer> written() {
        return acknowledged().toList();
    }

    Set<String> ids() {
        return acknowledged().map(Answer::id).collect(Collectors.toSet());
    }

    /** The writes that were acknowledged as being in both clusters. */
    Set<String> durableIds() {
        return acknowledged()
                .filter(answer -> answer.header("Holdfast-Durability").equals("failover"))
                .map(Answer::id)
                .collect(Collectors.toSet());
    }

    List<Answer> errors() {
        return answers.stream().filter(answer -> answer.status() != 201).toList();
    }

    @Override
    public void close() {
        isClosed = true;
        callers.shutdown();
        try {
            assertThat(callers.awaitTermination(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS))
                    .as("every call was answered")
                    .isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
        assertThat(failures).isEmpty();
    }
}
