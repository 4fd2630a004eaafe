package org.holdfast.cache.guard;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Which Redis server processes are known to have kept everything for a whole window. A server says who it is and how many
 * keys it has evicted; only while both stayed the same for the window can no tombstone of that window have been lost there,
 * and only then may a row be kept that was read from a node that may lag. Thread-safe.
 */
public final class ServerWatch {
    private record Sight(String evictions, long sinceNanos) {}

    private static final int SERVERS_MAX = 256;

    private final ConcurrentHashMap<String, Sight> sights = new ConcurrentHashMap<>();
    private final long windowNanos;

    public ServerWatch(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    /** A server told its identity, and the number of keys it has evicted. */
    public void seen(String server, String evictions, long nowNanos) {
        if (sights.size() >= SERVERS_MAX) {
            sights.clear();
        }
        sights.merge(
                server,
                new Sight(evictions, nowNanos),
                (old, fresh) -> old.evictions.equals(fresh.evictions) ? old : fresh);
    }

    /** What is seen from now on counts anew: a connection was lost, or the keys were. */
    public void restart() {
        sights.clear();
    }

    /** The servers that kept everything for the window, as {@code server=evictions;}. */
    public String complete(long nowNanos) {
        return sights.entrySet().stream()
                .filter(each -> nowNanos - each.getValue().sinceNanos() >= windowNanos)
                .map(ServerWatch::token)
                .collect(Collectors.joining());
    }

    private static String token(Map.Entry<String, Sight> sight) {
        return sight.getKey() + "=" + sight.getValue().evictions() + ";";
    }
}
