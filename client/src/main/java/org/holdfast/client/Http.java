package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One exchange with the server. */
final class Http {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration PAUSE_ASKED_MAX = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final URI root;
    private final Duration answerMax;

    Http(URI root, Duration answerMax) {
        this.root = root;
        this.answerMax = answerMax;
    }

    /** What was answered to a request that was carried out. */
    record Answer(HttpHeaders headers, JsonNode body) {}

    /**
     * Sends a request.
     *
     * @throws HoldfastException unless it was carried out
     */
    Answer send(Message message, Map<String, String> headers, Duration left) {
        Duration limit = left.compareTo(answerMax) < 0 ? left : answerMax;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + message.path()))
                .timeout(limit)
                .header("Accept", "application/json")
                .method(message.method(), message.publisher());
        if (!message.contentType().isEmpty()) {
            request.header("Content-Type", message.contentType());
        }
        headers.forEach(request::header);
        try {
            return answer(message, response(request.build(), limit));
        } catch (IOException failure) {
            boolean isInDoubt = message.isWrite()
                    && !(failure instanceof ConnectException)
                    && !(failure instanceof HttpConnectTimeoutException);
            // Sent again it does no harm: it only reads, or has a key under which it is done once.
            throw HoldfastException.unanswered(
                    isInDoubt ? "in-doubt" : "connection", message + " was not answered: " + failure, true, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw HoldfastException.unanswered(
                    message.isWrite() ? "in-doubt" : "connection", message + " was interrupted", false, interrupted);
        }
    }

    // The request's own time limit ends with the first byte of the answer; a body that stops coming needs one, too.
    private HttpResponse<byte[]> response(HttpRequest request, Duration limit)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> response =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            return response.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new HttpTimeoutException("no whole answer within " + limit);
        } catch (ExecutionException failed) {
            // As the client's own blocking call does: the type of the cause says what went wrong.
            throw failed.getCause() instanceof IOException known ? known : new IOException(failed.getCause());
        } finally {
            response.cancel(true);
        }
    }

    private static Answer answer(Message message, HttpResponse<byte[]> response) throws IOException {
        JsonNode body = response.body().length == 0 ? MissingNode.getInstance() : tree(response);
        boolean isDone = response.statusCode() >= 200 && response.statusCode() < 300;
        if (isDone && body.isMissingNode() && response.body().length > 0) {
            throw new IOException("the answer is not JSON: is this Holdfast?");
        }
        if (isDone) {
            return new Answer(response.headers(), body);
        }
        String category = body.path("category").asText("unknown");
        String detail = body.path("detail").asText("no reason was given");
        // A commit without an answer: the key tells what became of it.
        boolean isKeyed = message.isWrite() && response.statusCode() == 503 && category.equals("in-doubt");
        throw HoldfastException.answered(
                response.statusCode(),
                category,
                message + " was answered with " + response.statusCode() + " (" + category + "): " + detail,
                isKeyed || body.path("retryable").asBoolean(false),
                pause(response.headers()));
    }

    // What stands between here and the server may answer with anything.
    private static JsonNode tree(HttpResponse<byte[]> response) throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("");
        return type.contains("json") ? JSON.readTree(response.body()) : MissingNode.getInstance();
    }

    private static Duration pause(HttpHeaders headers) {
        long seconds = headers.firstValue("Retry-After")
                .filter(value -> value.matches("\\d{1,4}"))
                .map(Long::parseLong)
                .orElse(0L);
        return Duration.ofSeconds(Math.min(seconds, PAUSE_ASKED_MAX.toSeconds()));
    }
}
