package org.holdfast.client;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keys of memories: UUIDs, new ones of version 7, which grow with time, so that they keep lists in order and indexes small. */
final class Ids {
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    Ids(InstantSource clock) {
        this.clock = clock;
    }

    String next() {
        long high = clock.millis() << 16 | 0x7000 | random.nextInt(1 << 12);
        long low = 0x8000_0000_0000_0000L | random.nextLong() >>> 2;
        return new UUID(high, low).toString();
    }

    /**
     * A key that the application made.
     *
     * @throws IllegalArgumentException when it is none that can be kept
     */
    static String checked(String id) {
        try {
            // Lenient about missing zeros, so the text is made anew.
            String canonical = UUID.fromString(id).toString();
            if (canonical.equalsIgnoreCase(id)) {
                return canonical;
            }
        } catch (IllegalArgumentException malformed) {
            throw bad(id, malformed);
        }
        throw bad(id, null);
    }

    private static IllegalArgumentException bad(String id, @Nullable IllegalArgumentException cause) {
        return new IllegalArgumentException("id must be a UUID, not '" + id + "'", cause);
    }
}
