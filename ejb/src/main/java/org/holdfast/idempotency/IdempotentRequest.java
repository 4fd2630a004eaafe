package org.holdfast.idempotency;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import java.util.function.Supplier;
import org.holdfast.connection.SessionOptions;
import org.jspecify.annotations.Nullable;

/** Under which key the current request writes, and how far it has come. Confined to the request's thread. */
@RequestScoped
public class IdempotentRequest {
    private String key = "";
    private @Nullable Supplier<String> hash;
    private @Nullable String computedHash;
    private int sessions;
    private int replays;

    /**
     * Lets the request's writes happen once under this key.
     *
     * @param callersKey 1 to 200 characters
     * @param requestHash what makes the request another one, as 64 hexadecimal digits; asked for once, at the first write
     */
    public void identify(String callersKey, Supplier<String> requestHash) {
        key = callersKey;
        hash = requestHash;
    }

    /** Whether the answer is that of an earlier request: none of the writes was done by this one. */
    public boolean isReplayed() {
        return sessions > 0 && replays == sessions;
    }

    /** The name of the next write session; empty when the request has no key, or nobody is known to write. */
    Optional<WorkKey> next(SessionOptions caller) {
        Supplier<String> pending = hash;
        if (pending == null || caller.tenant().isEmpty()) {
            return Optional.empty();
        }
        String known = computedHash;
        if (known == null) {
            known = pending.get();
            computedHash = known;
        }
        return Optional.of(new WorkKey(caller.actor(), key, sessions, known));
    }

    boolean isIdentified() {
        return hash != null;
    }

    /** A write session has been committed. One that failed is not counted: done again, it has the same name. */
    void committed(boolean isReplay) {
        sessions++;
        if (isReplay) {
            replays++;
        }
    }
}
