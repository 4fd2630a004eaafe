package org.holdfast.memory;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The vectors of short texts that were embedded lately: of real conversations a third are repeats such as "yes". The texts
 * asked for least recently are forgotten first. Whoever gets a vector must not change it. Thread-safe.
 */
final class VectorMemo {
    /** Longer texts do not come again, and would make the memo large. */
    static final int CHARS_MAX = 200;

    private final Map<String, float[]> vectors;

    VectorMemo(int entriesMax) {
        this.vectors = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, float[]> eldest) {
                return size() > entriesMax;
            }
        };
    }

    Optional<float[]> get(String text) {
        synchronized (vectors) {
            return Optional.ofNullable(vectors.get(text));
        }
    }

    void put(String text, float[] vector) {
        if (text.length() <= CHARS_MAX) {
            synchronized (vectors) {
                vectors.put(text, vector);
            }
        }
    }
}
