package org.holdfast.shared;

import java.util.Locale;
import java.util.Objects;

/**
 * The name of one value. Values are spread over shards; all keys of a shard are in one slot of a Redis Cluster, so that a
 * script can change a value and the shard's log of changes at once.
 *
 * @param kind what it is, part of the key
 * @param subject whom it is about; any text
 */
record StateKey(String kind, String subject) {
    static final int SHARDS = 16;

    int shard() {
        return Math.floorMod(Objects.hash(kind, subject), SHARDS);
    }

    String text() {
        return prefix(shard()) + kind + ":" + subject;
    }

    /** The sorted set of a shard's keys by when they were changed last. */
    static String log(int shard) {
        return prefix(shard) + "log";
    }

    /** Up to where the shard's changes of the other site are here. */
    static String cursor(int shard, Site from) {
        return prefix(shard) + "from-" + from;
    }

    private static String prefix(int shard) {
        return String.format(Locale.ROOT, "hs:{%02d}:", shard);
    }
}
