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

    private final HttpServer server;
    private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
    private final List<Asked> asked = new ArrayList<>();
    private final AtomicInteger logIns = new AtomicInteger();
    private int expiresIn = 900;

    ScriptedServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
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

    /** A problem; status 0 hangs up without an answer. */
    ScriptedServer fails(int status, String category, boolean isRetryable) {
        return then(
                status, "", "{\"category\":\"" + category + "\",\"detail\":\"why\",\"retryable\":" + isRetryable + "}");
    }

    /** What was asked but for log-ins. */
    synchronized List<Asked> asked() {
        return List.copyOf(asked);
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
        reply(exchange, next == null ? new Reply(500, "", "{\"category\":\"unknown\"}") : next);
    }

    private static void reply(HttpExchange exchange, Reply reply) throws IOException {
        try (exchange) {
            if (reply.status() == 0) {
                return;
            }
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            if (!reply.token().isEmpty()) {
                exchange.getResponseHeaders().set("Holdfast-Token", reply.token());
            }
            exchange.sendResponseHeaders(reply.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
