package org.holdfast.memory;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.NothingHappenedException;
import org.holdfast.connection.SessionException;

/**
 * A model behind an address that answers {@code POST .../embeddings} as OpenAI's does. A call waits for a place among the
 * requests, sends, and sends again what failed in passing, all within {@link EndpointConfig#waitMax}. Redirects are not
 * followed: they would take texts and key to where nobody sent them. Thread-safe.
 */
final class EmbeddingEndpoint implements EmbeddingSource {
    private static final Logger LOG = Logger.getLogger(EmbeddingEndpoint.class.getName());
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    // Of a vector of 4,096 numbers, written out: one that is too long shall be told so.
    private static final int BYTES_OF_TEXT_MAX = 128 << 10;
    private static final int BYTES_OF_ERROR_MAX = 4 << 10;

    private final EndpointConfig config;
    private final InstantSource clock;
    private final HttpClient client;
    // Fair: a search waits behind one request of an import, not behind all of them.
    private final Semaphore places;
    private final AtomicBoolean isFailing = new AtomicBoolean();

    /** Connects to nothing yet. */
    EmbeddingEndpoint(EndpointConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.places = new Semaphore(config.requestsMax(), true);
        this.client = HttpClient.newBuilder()
                // With 2 it would ask servers without TLS to switch, which some answer with an error.
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.timeout().compareTo(CONNECT_MAX) < 0 ? config.timeout() : CONNECT_MAX)
                .build();
    }

    @Override
    public int textsMax() {
        return config.textsMax();
    }

    @Override
    public int callsMax() {
        return config.requestsMax();
    }

    /**
     * The vectors of some texts, each of length 1.
     *
     * @throws CancellationException when it is not wanted any more
     * @throws NothingHappenedException (connection, timeout) when the endpoint does not answer, or not in time
     * @throws org.holdfast.connection.RefusedException (validation) when it refuses a text, (unknown) when it refuses this
     *     application, or answers what cannot be used
     */
    @Override
    public List<float[]> embed(List<String> texts, BooleanSupplier isWanted) {
        try {
            List<float[]> vectors = answered(texts, isWanted);
            if (isFailing.getAndSet(false)) {
                LOG.log(Level.INFO, "the endpoint that embeds answers again: {0}", config.base());
            }
            return vectors;
        } catch (NothingHappenedException failure) {
            if (!isFailing.getAndSet(true)) {
                LOG.log(Level.WARNING, failure, () -> "the endpoint that embeds fails: " + config.base());
            }
            throw failure;
        }
    }

    private List<float[]> answered(List<String> texts, BooleanSupplier isWanted) {
        Call call = new Call(
                request(EndpointText.request(config, texts)),
                texts.size(),
                System.nanoTime() + config.waitMax().toNanos(),
                isWanted);
        for (int sent = 1; ; sent++) {
            try {
                return attempt(call);
            } catch (PassingFailure failure) {
                Duration pause = EndpointRetryPolicy.pause(
                                sent,
                                failure.retryAfter,
                                call.left(),
                                ThreadLocalRandom.current().nextDouble())
                        .orElseThrow(() -> failure.told);
                // Without a place: others may be luckier. An interrupt ends it, and then the wait for the place.
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    private HttpRequest request(byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(config.address())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        config.key().ifPresent(key -> request.header("Authorization", "Bearer " + key.value()));
        return request.build();
    }

    private List<float[]> attempt(Call call) throws PassingFailure {
        HttpResponse<byte[]> answer = sent(call);
        int status = answer.statusCode();
        if (status != 200) {
            SessionException failure = EndpointText.failure(config, status, answer.body());
            if (EndpointRetryPolicy.isPassing(status)) {
                throw new PassingFailure(
                        failure,
                        answer.headers()
                                .firstValue("Retry-After")
                                .flatMap(value -> EndpointRetryPolicy.retryAfter(value, clock.instant())));
            }
            throw failure;
        }
        if (answer.body().length > call.bytesMax()) {
            throw EndpointText.tooLarge(call.bytesMax());
        }
        return EndpointText.vectors(config, answer.body(), call.texts());
    }

    private HttpResponse<byte[]> sent(Call call) throws PassingFailure {
        try {
            if (!places.tryAcquire(call.left().toNanos(), TimeUnit.NANOSECONDS)) {
                throw late(true);
            }
            try {
                // After the pause and the wait for the place, in which another part of the work may have failed.
                if (!call.isWanted().getAsBoolean()) {
                    throw new CancellationException("nobody waits for these vectors any more");
                }
                return exchanged(call);
            } finally {
                places.release();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NothingHappenedException(
                    ErrorCategory.UNKNOWN, "interrupted while waiting for the endpoint that embeds", interrupted);
        }
    }

    private HttpResponse<byte[]> exchanged(Call call) throws InterruptedException, PassingFailure {
        // The request's own timeout would end with the headers; this one holds for the body too.
        Duration left = call.left();
        boolean isEnd = left.compareTo(config.timeout()) < 0;
        Duration limit = isEnd ? left : config.timeout();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                call.request(),
                head -> new FirstBytes(head.statusCode() == 200 ? call.bytesMax() + 1 : BYTES_OF_ERROR_MAX));
        try {
            return answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException silent) {
            throw late(isEnd);
        } catch (ExecutionException failed) {
            if (!(failed.getCause() instanceof IOException)) {
                throw new IllegalStateException("a request to the endpoint that embeds failed", failed.getCause());
            }
            NothingHappenedException lost = new NothingHappenedException(
                    ErrorCategory.CONNECTION, "the endpoint that embeds cannot be reached; try again later");
            // Not as its cause: of a lost connection with a cause callers are told that it was a database's.
            lost.addSuppressed(failed.getCause());
            throw new PassingFailure(lost, Optional.empty());
        } finally {
            // Of one that is waited for no longer; otherwise without effect.
            answer.cancel(true);
        }
    }

    /** @param isEnd whether the whole wait is over, of which this request may have had only a little */
    private NothingHappenedException late(boolean isEnd) {
        return new NothingHappenedException(
                ErrorCategory.TIMEOUT,
                isEnd
                        ? "the endpoint that embeds did not answer within "
                                + config.waitMax().toMillis() + " ms, in which its " + config.requestsMax()
                                + " places may have been taken"
                        : "the endpoint that embeds did not answer within "
                                + config.timeout().toMillis() + " ms");
    }

    /** One call, however often it is sent. */
    private record Call(HttpRequest request, int texts, long endNanos, BooleanSupplier isWanted) {
        Duration left() {
            return Duration.ofNanos(endNanos - System.nanoTime());
        }

        int bytesMax() {
            return texts * BYTES_OF_TEXT_MAX;
        }
    }

    /** What may be otherwise the next time. */
    private static final class PassingFailure extends Exception {
        private static final long serialVersionUID = 1L;

        private final SessionException told;
        // Not of interest to whoever would send it elsewhere.
        private final transient Optional<Duration> retryAfter;

        PassingFailure(SessionException told, Optional<Duration> retryAfter) {
            super(told);
            this.told = told;
            this.retryAfter = retryAfter;
        }
    }
}
