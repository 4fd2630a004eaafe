package org.holdfast.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.RefusedException;
import org.holdfast.connection.SessionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a real server, which answers as each test has it. */
class EmbeddingEndpointTest {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final String KEY = "top-secret";

    /** What the server does with one request. */
    private interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/embeddings", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            Reply reply = replies.poll();
            (reply == null ? text(500, "nothing is left to answer") : reply).to(exchange);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private EmbeddingEndpoint endpoint(Duration timeout, Duration waitMax) {
        return endpoint(server.getAddress().getPort(), timeout, waitMax);
    }

    private static EmbeddingEndpoint endpoint(int port, Duration timeout, Duration waitMax) {
        return new EmbeddingEndpoint(
                new EndpointConfig(
                        "holdfast.memory.",
                        URI.create("http://127.0.0.1:" + port + "/v1"),
                        "some-model",
                        Optional.of(new ApiKey(KEY)),
                        timeout,
                        waitMax,
                        8,
                        1,
                        false,
                        384),
                InstantSource.system());
    }

    private static Reply text(int status, String body, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            if (bytes.length > 0) {
                exchange.getResponseBody().write(bytes);
            }
            exchange.close();
        };
    }

    /** Vectors along the axis of each text's index. */
    private static Reply good(int texts) {
        return text(200, vectors(texts, 384, "2.5"));
    }

    private static String vectors(int texts, int dimensions, String number) {
        return IntStream.range(0, texts)
                .mapToObj(index -> "{\"index\":" + index + ",\"embedding\":["
                        + IntStream.range(0, dimensions)
                                .mapToObj(i -> i == index ? number : "0")
                                .collect(Collectors.joining(","))
                        + "]}")
                .collect(Collectors.joining(",", "{\"data\":[", "]}"));
    }

    // Bounded, should a test fail to end it.
    private void hold() {
        await(ended);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<float[]> embed(EmbeddingEndpoint endpoint, String... texts) {
        return endpoint.embed(List.of(texts), () -> true);
    }

    private static <X extends SessionException> X failure(EmbeddingEndpoint endpoint, Class<X> type) {
        return catchThrowableOfType(type, () -> embed(endpoint, "a"));
    }

    private static Duration since(long begunNanos) {
        return Duration.ofNanos(System.nanoTime() - begunNanos);
    }

    @Test
    void textsAreSentWithTheKeyAndTheirVectorsReturned() {
        replies.add(good(2));

        List<float[]> vectors = embed(endpoint(PATIENT, PATIENT), "a", "b");

        assertThat(vectors).hasSize(2);
        assertThat(vectors.get(0)[0]).isEqualTo(1f);
        assertThat(vectors.get(1)[1]).isEqualTo(1f);
        assertThat(bodies)
                .containsExactly("{\"model\":\"some-model\",\"input\":[\"a\",\"b\"],\"encoding_format\":\"float\"}");
        assertThat(authorizations).containsExactly("Bearer " + KEY);
    }

    @Test
    void aBusyEndpointIsAskedAgainWhenItSays() {
        replies.addAll(List.of(text(429, "slow down", "Retry-After", "1"), good(1)));
        long begun = System.nanoTime();

        assertThat(embed(endpoint(PATIENT, PATIENT), "a")).hasSize(1);

        assertThat(since(begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(bodies).hasSize(2);
    }

    @Test
    void whoCannotWaitAsLongAsItSaysIsToldAtOnce() {
        replies.addAll(List.of(text(429, "slow down", "Retry-After", "60"), good(1)));
        long begun = System.nanoTime();

        NothingHappenedException failure = failure(endpoint(PATIENT, PATIENT), NothingHappenedException.class);

        assertThat(failure.category()).isEqualTo(ErrorCategory.CONNECTION);
        assertThat(failure).hasMessageContaining("429");
        assertThat(since(begun)).isLessThan(PATIENT);
        assertThat(bodies).hasSize(1);
    }

    @Test
    void whatPassesIsTriedAgain() {
        replies.addAll(List.of(text(502, ""), text(503, ""), text(504, ""), good(1)));

        assertThat(embed(endpoint(PATIENT, PATIENT), "a")).hasSize(1);
        assertThat(bodies).hasSize(4);
    }

    @Test
    void whatDoesNotPassIsToldAfterFiveRequests() {
        replies.addAll(Collections.nCopies(9, text(503, "")));

        assertThat(failure(endpoint(PATIENT, PATIENT), NothingHappenedException.class))
                .hasMessageContaining("503");
        assertThat(bodies).hasSize(5);
    }

    @Test
    void anEndpointThatFailsIsNotAskedAgain() {
        replies.addAll(List.of(text(500, "oops"), good(1)));

        NothingHappenedException failure = failure(endpoint(PATIENT, PATIENT), NothingHappenedException.class);

        assertThat(failure.category()).isEqualTo(ErrorCategory.CONNECTION);
        assertThat(bodies).hasSize(1);
    }

    @Test
    void aLostConnectionIsTriedAgain() {
        replies.addAll(List.of(HttpExchange::close, good(1)));

        assertThat(embed(endpoint(PATIENT, PATIENT), "a")).hasSize(1);
        assertThat(bodies).hasSize(2);
    }

    @Test
    void whereNobodyListensTheCallerMayTryLater() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        NothingHappenedException failure = failure(endpoint(port, PATIENT, PATIENT), NothingHappenedException.class);

        assertThat(failure.category()).isEqualTo(ErrorCategory.CONNECTION);
        assertThat(failure).hasNoCause().hasMessageContaining("cannot be reached");
        assertThat(failure.getSuppressed())
                .hasOnlyElementsOfType(IOException.class)
                .hasSize(1);
    }

    @Test
    void anEndpointThatNeverAnswersIsNotWaitedForAndHoldsNoPlace() {
        replies.addAll(List.of(exchange -> hold(), good(1)));
        EmbeddingEndpoint endpoint = endpoint(SHORT, PATIENT);

        NothingHappenedException failure = failure(endpoint, NothingHappenedException.class);

        assertThat(failure.category()).isEqualTo(ErrorCategory.TIMEOUT);
        assertThat(failure).hasMessageContaining("did not answer within 300 ms");
        assertThat(bodies).hasSize(1);
        assertThat(embed(endpoint(PATIENT, PATIENT), "a")).hasSize(1);
    }

    @Test
    void norIsOneThatNeverEndsItsAnswer() {
        replies.add(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{\"data\":[".getBytes(UTF_8));
            exchange.getResponseBody().flush();
            hold();
        });

        NothingHappenedException failure = failure(endpoint(SHORT, PATIENT), NothingHappenedException.class);

        assertThat(failure.category()).isEqualTo(ErrorCategory.TIMEOUT);
    }

    @Test
    void aSlowAnswerIsWaitedFor() {
        replies.add(exchange -> {
            byte[] bytes = vectors(1, 384, "1").getBytes(UTF_8);
            exchange.sendResponseHeaders(200, 0);
            for (byte some : bytes) {
                exchange.getResponseBody().write(some);
                exchange.getResponseBody().flush();
            }
            exchange.close();
        });

        assertThat(embed(endpoint(PATIENT, PATIENT), "a")).hasSize(1);
    }

    @Test
    void whoFindsEveryPlaceTakenWaitsNoLongerThanOthers() throws Exception {
        CountDownLatch isAsked = new CountDownLatch(1);
        replies.add(exchange -> {
            isAsked.countDown();
            hold();
        });
        // It gets the place when the first one gives up, an instant before it does so itself.
        replies.add(exchange -> hold());
        EmbeddingEndpoint endpoint = endpoint(PATIENT, SHORT.multipliedBy(2));
        CompletableFuture<List<float[]>> first = CompletableFuture.supplyAsync(() -> embed(endpoint, "a"), threads);
        assertThat(isAsked.await(PATIENT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        long begun = System.nanoTime();

        NothingHappenedException failure = failure(endpoint, NothingHappenedException.class);

        assertThat(since(begun)).isBetween(SHORT.multipliedBy(2), PATIENT);
        assertThat(failure.category()).isEqualTo(ErrorCategory.TIMEOUT);
        assertThat(failure).hasMessageContaining("within 600 ms, in which its 1 places may have been taken");
        assertThatThrownBy(() -> first.get(PATIENT.toMillis(), TimeUnit.MILLISECONDS))
                .hasCauseInstanceOf(NothingHappenedException.class);
    }

    @Test
    void whatNobodyWaitsForIsNotSentAgain() {
        replies.add(text(503, ""));
        EmbeddingEndpoint endpoint = endpoint(PATIENT, PATIENT);

        assertThatThrownBy(() -> endpoint.embed(List.of("a"), bodies::isEmpty))
                .isInstanceOf(CancellationException.class);

        assertThat(bodies).hasSize(1);
    }

    @Test
    void noMoreRequestsRunThanThereArePlaces() throws Exception {
        CountDownLatch isAsked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        replies.add(exchange -> {
            isAsked.countDown();
            await(mayAnswer);
            good(1).to(exchange);
        });
        replies.add(good(1));
        EmbeddingEndpoint endpoint = endpoint(PATIENT, PATIENT);
        CompletableFuture<List<float[]>> first = CompletableFuture.supplyAsync(() -> embed(endpoint, "a"), threads);
        assertThat(isAsked.await(PATIENT.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        CompletableFuture<List<float[]>> second = CompletableFuture.supplyAsync(() -> embed(endpoint, "b"), threads);

        assertThatThrownBy(() -> second.get(SHORT.toMillis(), TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThat(bodies).hasSize(1);
        mayAnswer.countDown();

        assertThat(first.get(PATIENT.toMillis(), TimeUnit.MILLISECONDS)).hasSize(1);
        assertThat(second.get(PATIENT.toMillis(), TimeUnit.MILLISECONDS)).hasSize(1);
        assertThat(bodies).hasSize(2);
    }

    @Test
    void aRefusedKeyIsToldByItsSettingAndNeverEchoed() {
        replies.add(text(401, "{\"error\":{\"message\":\"Incorrect API key provided: " + KEY + "\"}}"));

        RefusedException failure = failure(endpoint(PATIENT, PATIENT), RefusedException.class);

        assertThat(failure.category()).isEqualTo(ErrorCategory.UNKNOWN);
        assertThat(failure).hasMessageContaining("holdfast.memory.endpoint-key").hasMessageNotContaining(KEY);
        assertThat(bodies).hasSize(1);
    }

    @Test
    void aRefusedTextIsToldInTheWordsOfTheEndpoint() {
        replies.add(text(400, "{\"error\":{\"message\":\"at most 512 tokens, not " + KEY + "\"}}"));

        RefusedException failure = failure(endpoint(PATIENT, PATIENT), RefusedException.class);

        assertThat(failure.category()).isEqualTo(ErrorCategory.VALIDATION);
        assertThat(failure).hasMessageContaining("at most 512 tokens").hasMessageNotContaining(KEY);
    }

    @Test
    void anotherAddressIsNotFollowed() {
        String there = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/embeddings";
        replies.addAll(List.of(text(307, "", "Location", there), good(1)));

        RefusedException failure = failure(endpoint(PATIENT, PATIENT), RefusedException.class);

        assertThat(failure).hasMessageContainingAll("307", "holdfast.memory.endpoint-url");
        assertThat(bodies).hasSize(1);
    }

    @Test
    void whatCannotBeUsedIsRefusedOnce() {
        for (Reply bad : List.of(
                text(200, "<html>Welcome</html>"),
                text(200, vectors(0, 384, "1")),
                text(200, vectors(1, 1536, "1")),
                text(200, vectors(1, 384, "1e400")))) {
            bodies.clear();
            replies.clear();
            replies.addAll(List.of(bad, good(1)));

            RefusedException failure = failure(endpoint(PATIENT, PATIENT), RefusedException.class);

            assertThat(failure.category()).isEqualTo(ErrorCategory.UNKNOWN);
            assertThat(bodies).hasSize(1);
        }
    }

    @Test
    void anAnswerIsNotReadBeyondItsBound() {
        CountDownLatch isSentInFull = new CountDownLatch(1);
        replies.add(exchange -> {
            byte[] blanks = " ".repeat(64 << 10).getBytes(UTF_8);
            exchange.sendResponseHeaders(200, 0);
            try {
                for (int i = 0; i < 10_000; i++) {
                    exchange.getResponseBody().write(blanks);
                }
                isSentInFull.countDown();
            } finally {
                exchange.close();
            }
        });

        RefusedException failure = failure(endpoint(PATIENT, PATIENT), RefusedException.class);

        assertThat(failure).hasMessageContaining("larger than 131072 bytes");
        assertThat(isSentInFull.getCount()).isEqualTo(1);
    }
}
