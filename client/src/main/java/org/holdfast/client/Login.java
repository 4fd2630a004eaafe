package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The access token of one user: had at the first use, renewed before it ends. One thread renews it, the others wait. */
final class Login {
    // A token that ends while its request is on the way is refused.
    private static final Duration RENEWED_BEFORE = Duration.ofSeconds(20);

    private record Tokens(String access, String refresh, long renewAtNanos) {}

    private final Http http;
    private final Retries retries;
    private final String user;
    private final String password;
    private final ReentrantLock renewing = new ReentrantLock();

    private volatile @Nullable Tokens tokens;

    Login(Http http, Retries retries, String user, String password) {
        this.http = http;
        this.retries = retries;
        this.user = user;
        this.password = password;
    }

    /** A token that is good, as far as is known. */
    String accessToken() {
        Tokens known = tokens;
        if (known != null && System.nanoTime() - known.renewAtNanos() < 0) {
            return known.access();
        }
        renewing.lock();
        try {
            Tokens now = tokens;
            if (now == null || System.nanoTime() - now.renewAtNanos() >= 0) {
                now = now == null ? logIn() : refresh(now);
                tokens = now;
            }
            return now.access();
        } finally {
            renewing.unlock();
        }
    }

    /** The server did not take a token: the next one is asked for with the password. */
    void refused(String accessToken) {
        renewing.lock();
        try {
            Tokens now = tokens;
            if (now != null && now.access().equals(accessToken)) {
                tokens = null;
            }
        } finally {
            renewing.unlock();
        }
    }

    private Tokens logIn() {
        return exchange(
                "/api/auth/login",
                Http.JSON.createObjectNode().put("username", user).put("password", password));
    }

    // A refresh token is good for one use: when its answer was lost, the password is left.
    private Tokens refresh(Tokens old) {
        try {
            return exchange("/api/auth/refresh", Http.JSON.createObjectNode().put("refreshToken", old.refresh()));
        } catch (HoldfastException failure) {
            if (failure.isRetryable()) {
                throw failure;
            }
            return logIn();
        }
    }

    private Tokens exchange(String path, ObjectNode body) {
        long asked = System.nanoTime();
        JsonNode answer = retries.call(left -> http.send(Message.ask(path, body), Map.of(), left))
                .body();
        long life = Duration.ofSeconds(answer.path("expiresIn").asLong()).toNanos();
        // Half of a life that is shorter than that.
        long renewAt = asked + Math.max(life / 2, life - RENEWED_BEFORE.toNanos());
        return new Tokens(
                answer.path("accessToken").asText(), answer.path("refreshToken").asText(), renewAt);
    }
}
