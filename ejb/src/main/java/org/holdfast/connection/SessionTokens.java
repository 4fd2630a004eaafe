package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest write or read of each caller of this instance, so that a caller who sends no token still reads its own writes,
 * and none of its reads goes back behind another. Bounded:
 * the callers that were quiet longest are forgotten first. Thread-safe.
 */
@ApplicationScoped
class SessionTokens {
    private static final int CALLERS_MAX = 10_000;

    private final Map<String, ConsistencyToken> newest = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, ConsistencyToken> eldest) {
            return size() > CALLERS_MAX;
        }
    };

    Optional<ConsistencyToken> of(SessionOptions caller) {
        synchronized (newest) {
            return Optional.ofNullable(newest.get(key(caller)));
        }
    }

    void remember(SessionOptions caller, ConsistencyToken written) {
        synchronized (newest) {
            newest.merge(key(caller), written, SessionTokens::newer);
        }
    }

    void forget(SessionOptions caller) {
        synchronized (newest) {
            newest.remove(key(caller));
        }
    }

    private static String key(SessionOptions caller) {
        return caller.tenant().map(Object::toString).orElse("") + " " + caller.actor();
    }

    private static ConsistencyToken newer(ConsistencyToken one, ConsistencyToken other) {
        if (one.epoch() != other.epoch()) {
            return one.epoch() > other.epoch() ? one : other;
        }
        return one.position().isBefore(other.position()) ? other : one;
    }
}
