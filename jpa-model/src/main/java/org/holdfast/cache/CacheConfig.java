package org.holdfast.cache;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cache's properties.
 *
 * @param redisson where Redisson's configuration is; without it nothing is cached in Redis or in the process
 * @param unit names the persistence unit in every key, the same in all instances; otherwise the session's name does
 * @param prefix begins every key, so that applications can share a Redis
 * @param lifeMillis how long a row is kept, at least the window
 * @param windowMillis five eighths of it are longer than a node may lag and a commit takes together; and how long the cache is
 *     used without a poll of the outbox
 * @param deadlineMillis how long a request waits for Redis at most
 * @param nearSize how many entities of a region the process holds on to
 * @param cachesVectors whether vector columns are cached
 * @param outbox the table that tells what Redis was not told; without it nothing does
 * @param sites how many Redis servers, or clusters, the instances use that know nothing of each other
 */
record CacheConfig(
        Optional<String> redisson,
        Optional<String> unit,
        String prefix,
        long lifeMillis,
        long windowMillis,
        long deadlineMillis,
        int nearSize,
        boolean cachesVectors,
        Optional<String> outbox,
        int sites) {
    static final String KEYS = "holdfast.cache.";

    private static final Pattern TABLE = Pattern.compile("[A-Za-z_]\\w*(\\.[A-Za-z_]\\w*)?");

    CacheConfig {
        require(windowMillis >= 100, KEYS + "lag-window-millis", windowMillis, "at least 100");
        require(lifeMillis >= windowMillis, KEYS + "life-millis", lifeMillis, "at least the window, " + windowMillis);
        require(
                deadlineMillis >= 1 && deadlineMillis <= 10_000,
                KEYS + "deadline-millis",
                deadlineMillis,
                "1 to 10000");
        require(nearSize >= 1, KEYS + "near-size", nearSize, "at least 1");
        require(!prefix.isBlank(), KEYS + "prefix", prefix, "not blank");
        outbox.ifPresent(table -> require(
                TABLE.matcher(table).matches(), KEYS + "outbox", table, "the plain name of a table, with its schema"));
        require(sites >= 1 && sites <= 100, KEYS + "sites", sites, "1 to 100");
        require(sites == 1 || outbox.isPresent(), KEYS + "sites", sites, "1 without " + KEYS + "outbox");
    }

    /** How old rows of the outbox become at least. What was not read for so long may miss some. */
    long outboxMillis() {
        return Math.max(6 * windowMillis, 60_000);
    }

    /** From the persistence unit's properties. */
    static CacheConfig from(Map<?, ?> properties) {
        return new CacheConfig(
                Optional.ofNullable(properties.get(KEYS + "redisson"))
                        .map(Object::toString)
                        .filter(where -> !where.isBlank()),
                Optional.ofNullable(properties.get(KEYS + "unit")).map(Object::toString),
                text(properties, "prefix", "l2"),
                number(properties, "life-millis", 600_000),
                number(properties, "lag-window-millis", 30_000),
                number(properties, "deadline-millis", 50),
                Math.toIntExact(number(properties, "near-size", 10_000)),
                Boolean.parseBoolean(text(properties, "vectors", "false")),
                Optional.ofNullable(properties.get(KEYS + "outbox")).map(Object::toString),
                Math.toIntExact(number(properties, "sites", 1)));
    }

    private static String text(Map<?, ?> properties, String key, String otherwise) {
        Object value = properties.get(KEYS + key);
        return value == null ? otherwise : value.toString().trim();
    }

    private static long number(Map<?, ?> properties, String key, long otherwise) {
        String value = text(properties, key, Long.toString(otherwise));
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(KEYS + key + " is '" + value + "', not a whole number", malformed);
        }
    }

    private static void require(boolean holds, String key, Object value, String range) {
        if (!holds) {
            throw new IllegalArgumentException(key + " is " + value + "; it must be " + range);
        }
    }
}
