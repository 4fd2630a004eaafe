package org.holdfast.memory;

import java.util.Optional;

/**
 * A line of a batch: a draft, or why it is none.
 *
 * @param number from 1
 * @param reason empty where there is a draft
 */
public record BatchLine(int number, Optional<MemoryDraft> draft, String reason) {
    public static BatchLine of(int number, MemoryDraft draft) {
        return new BatchLine(number, Optional.of(draft), "");
    }

    public static BatchLine invalid(int number, String reason) {
        return new BatchLine(number, Optional.empty(), reason);
    }
}
