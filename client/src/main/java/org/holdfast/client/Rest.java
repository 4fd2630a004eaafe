package org.holdfast.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The API as one user calls it. What it wrote it reads: reads carry the token of the newest write. */
final class Rest {
    private static final String TOKEN = "Holdfast-Token";

    private final Http http;
    private final Retries retries;
    private final Login login;
    private final AtomicReference<@Nullable WriteToken> newest = new AtomicReference<>();

    Rest(Http http, Retries retries, Login login) {
        this.http = http;
        this.retries = retries;
        this.login = login;
    }

    /** The same patience for something else, with so many attempts. */
    Retries retries(int attemptsMax) {
        return new Retries(attemptsMax, retries.patience(), retries.pauseFirst());
    }

    /**
     * The body of the answer.
     *
     * @throws HoldfastException when the request was not carried out, or it is not known whether it was
     */
    JsonNode send(Message message) {
        Doubt doubt = new Doubt();
        try {
            return retries.call(left -> {
                try {
                    return attempt(message, left);
                } catch (HoldfastException failure) {
                    doubt.isCast |= message.isWrite() && failure.category().equals("in-doubt");
                    throw failure;
                }
            });
        } catch (HoldfastException last) {
            // Later attempts that did not get through say nothing about the first one.
            boolean isTold =
                    last.status() >= 400 && last.status() < 500 && last.status() != 401 && last.status() != 429;
            throw doubt.isCast && !isTold && !last.category().equals("in-doubt")
                    ? HoldfastException.unanswered("in-doubt", message + " may have been carried out", true, last)
                    : last;
        }
    }

    /** Whether an attempt may have written although it failed. */
    private static final class Doubt {
        private boolean isCast;
    }

    private JsonNode attempt(Message message, Duration left) {
        String access = login.accessToken();
        try {
            return exchange(message, access, left);
        } catch (HoldfastException failure) {
            if (failure.status() != 401) {
                throw failure;
            }
            // Ended early: the user was logged out, or the clocks differ.
            login.refused(access);
            return exchange(message, login.accessToken(), left);
        }
    }

    private JsonNode exchange(Message message, String access, Duration left) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Authorization", "Bearer " + access);
        WriteToken written = newest.get();
        if (message.isWrite()) {
            headers.put("Idempotency-Key", message.key());
        } else if (written != null) {
            headers.put(TOKEN, written.text());
        }
        try {
            Http.Answer answer = http.send(message, headers, left);
            if (message.isWrite()) {
                answer.headers().firstValue(TOKEN).flatMap(WriteToken::parse).ifPresent(this::wrote);
            }
            return answer.body();
        } catch (HoldfastException failure) {
            if (failure.status() == 409 && failure.category().equals("in-doubt")) {
                // Told once; what is there now can be read without it.
                newest.compareAndSet(written, null);
            }
            throw failure;
        }
    }

    private void wrote(WriteToken token) {
        newest.accumulateAndGet(
                token,
                (known, added) -> added == null || (known != null && known.compareTo(added) >= 0) ? known : added);
    }
}
