package org.holdfast.memory;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * How long a memory is to count, and what it takes the place of.
 *
 * @param key the caller's own name for a preference; writing it again replaces what was there under it
 * @param expiresAt from when it is in no answer any more; empty for never
 * @param validFrom since when it is so; empty for since it was said
 * @param supersedes the memory that is no longer so
 */
public record MemoryLife(
        Optional<String> key, Optional<Instant> expiresAt, Optional<Instant> validFrom, Optional<UUID> supersedes) {
    /** Of a memory that stays. */
    public static final MemoryLife PLAIN =
            new MemoryLife(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
