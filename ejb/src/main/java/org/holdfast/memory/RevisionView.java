package org.holdfast.memory;

import java.time.Instant;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * What a memory said before a change, as callers see it.
 *
 * @param version the memory's version that said this
 * @param change what replaced it: UPDATED or DELETED
 * @param text null after an erasure, like what it was marked with and who changed it
 * @param erased true when an erasure took away what is missing here; null when nothing is
 */
public record RevisionView(
        long version,
        String change,
        @Nullable String text,
        @Nullable JsonDocument metadata,
        @Nullable String actor,
        Instant changedAt,
        @Nullable Boolean erased) {}
