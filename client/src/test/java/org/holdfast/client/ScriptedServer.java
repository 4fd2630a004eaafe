package org.holdfast.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Answers what a test has written down, one after the other; log-ins always succeed, with a new token each. */
final class ScriptedServer implements AutoCloseable {
    /** What was asked. */
    record Asked(
            String line,
            @Nullable String authorization,
            @Nullable String token,
            @Nullable String key,
            String body) {}

    private record Reply(int status, String token, String body) {}

    private static final int STALLS = -1;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
    private final List<Asked> asked = new ArrayList<>();
    private final AtomicInteger logIns = new AtomicInteger();
    private int expiresIn = 900;
    private volatile String type = "application/problem+json";

    ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    ScriptedServer tokensLast(int seconds) {
        expiresIn = seconds;
        return this;
    }

    ScriptedServer then(int status, String token, String body) {
        script.add(new Reply(status, token, body));
        return this;
    }

    /** Begins an answer and does not go on. */
    ScriptedServer stalls() {
        return then(STALLS, "", "{}");
    }

    /** A problem; status 0 hangs up without an answer. */
    ScriptedServer fails(int status, String category, boolean isRetryable) {
        return then(
                status, "", "{\"category\":\"" + category + "\",\"detail\":\"why\",\"retryable\":" + isRetryable + "}");
    }

    /** What was asked but for log-ins. */
    synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    /** From now on what is answered claims to be a page. */
    ScriptedServer asHtml() {
        type = "text/html";
        return this;
    }

    int logIns() {
        return logIns.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (line.startsWith("POST /api/auth/")) {
            int number = logIns.incrementAndGet();
            reply(
                    exchange,
                    "application/json",
                    new Reply(
                            200,
                            "",
                            "{\"accessToken\":\"a" + number + "\",\"refreshToken\":\"r" + number + "\",\"expiresIn\":"
                                    + expiresIn + "}"));
            return;
        }
        synchronized (this) {
            asked.add(new Asked(
                    line,
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Holdfast-Token"),
                    exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    body));
        }
        Reply next = script.poll();
        reply(exchange, type, next == null ? new Reply(500, "", "{\"category\":\"unknown\"}") : next);
    }

    private void reply(HttpExchange exchange, String contentType, Reply reply) throws IOException {
        try (exchange) {
            if (reply.status() == 0) {
                return;
            }
            if (reply.status() == STALLS) {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().flush();
                stall();
                return;
            }
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", contentType);
            if (!reply.token().isEmpty()) {
                exchange.getResponseHeaders().set("Holdfast-Token", reply.token());
            }
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void stall() {
        try {
            if (!end.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody gave up waiting");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
