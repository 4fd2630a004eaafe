package org.holdfast.connection;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The newest write or read of each caller of this instance, so that a caller who sends no token still reads its own writes,
 * and none of its reads goes back behind another. Bounded:
 * the callers that were quiet longest are forgotten first. Thread-safe.
 */
@ApplicationScoped
class SessionTokens {
    private static final int CALLERS_MAX = 10_000;

    private static final Known NOTHING = new Known(Optional.empty(), Optional.empty(), Optional.empty());

    /** A token, and since when this instance knows it, by {@link System#nanoTime}. */
    private record Seen(ConsistencyToken token, long sinceNanos) {
        boolean covers(ConsistencyToken other) {
            return token.epoch() == other.epoch() && !token.position().isBefore(other.position());
        }
    }

    /**
     * @param written the newest write, of this instance
     * @param read the newest that was read from a database
     * @param shown the newest token that the caller showed and this instance did not issue to it
     */
    private record Known(Optional<ConsistencyToken> written, Optional<Seen> read, Optional<Seen> shown) {}

    private final Map<String, Known> callers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > CALLERS_MAX;
        }
    };

    /**
     * What the caller's next read must show.
     *
     * @param own the write that the caller names itself, in place of the one that is remembered
     * @param epoch the present one: what was read in an earlier epoch and written by others may be gone
     */
    List<ConsistencyToken> of(SessionOptions caller, Optional<ConsistencyToken> own, long epoch) {
        Known known;
        synchronized (callers) {
            known = callers.getOrDefault(key(caller), NOTHING);
        }
        return Stream.of(own.or(known::written), known.read().map(Seen::token).filter(read -> read.epoch() == epoch))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Since when this instance knows of what the caller's next read must show, as far as others may have written it: their
     * word has to have arrived here before the cache is used. Both by {@link System#nanoTime}.
     *
     * @param shown of the token that the caller shows; empty when it was issued here, where the cache has heard first
     * @param read of what the caller has read from a database
     */
    record Since(OptionalLong shown, OptionalLong read) {}

    /** @param caller with the token that it shows now, if any */
    Since since(SessionOptions caller, long nowNanos) {
        synchronized (callers) {
            Known known = callers.getOrDefault(key(caller), NOTHING);
            Optional<Seen> shown = caller.token()
                    .filter(token -> !known.written.equals(Optional.of(token)))
                    .map(token ->
                            known.shown.filter(seen -> seen.covers(token)).orElseGet(() -> new Seen(token, nowNanos)));
            if (shown.isPresent()) {
                callers.put(key(caller), new Known(known.written, known.read, shown));
            }
            return new Since(nanos(shown), nanos(known.read));
        }
    }

    private static OptionalLong nanos(Optional<Seen> seen) {
        return seen.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(seen.get().sinceNanos());
    }

    /** The newest write of the caller on this instance. */
    Optional<ConsistencyToken> written(SessionOptions caller) {
        synchronized (callers) {
            return callers.getOrDefault(key(caller), NOTHING).written();
        }
    }

    /** The newest that the caller read from a database through this instance. */
    Optional<ConsistencyToken> read(SessionOptions caller) {
        synchronized (callers) {
            return callers.getOrDefault(key(caller), NOTHING).read().map(Seen::token);
        }
    }

    void written(SessionOptions caller, ConsistencyToken token) {
        synchronized (callers) {
            Known known = callers.getOrDefault(key(caller), NOTHING);
            callers.put(key(caller), new Known(newest(known.written, token), known.read, known.shown));
        }
    }

    void read(SessionOptions caller, ConsistencyToken token, long nowNanos) {
        synchronized (callers) {
            Known known = callers.getOrDefault(key(caller), NOTHING);
            Optional<Seen> read = known.read
                    .filter(earlier -> newer(earlier.token, token).equals(earlier.token))
                    .or(() -> Optional.of(new Seen(token, nowNanos)));
            callers.put(key(caller), new Known(known.written, read, known.shown));
        }
    }

    void forget(SessionOptions caller) {
        synchronized (callers) {
            callers.remove(key(caller));
        }
    }

    private static String key(SessionOptions caller) {
        return caller.tenant().map(Object::toString).orElse("") + " " + caller.actor();
    }

    private static Optional<ConsistencyToken> newest(Optional<ConsistencyToken> known, ConsistencyToken token) {
        return Optional.of(known.map(earlier -> newer(earlier, token)).orElse(token));
    }

    private static ConsistencyToken newer(ConsistencyToken one, ConsistencyToken other) {
        return one.isBefore(other) ? other : one;
    }
}
