package org.holdfast.audit;

import java.time.Instant;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * An entry, as callers see it.
 *
 * @param sequence its place in the chain; null until it is sealed
 * @param tenant whose chain it is in; the nil UUID is the system's own
 * @param changes {@code {"field": [before, after]}}
 */
public record EntryView(
        UUID id,
        UUID tenant,
        @Nullable Long sequence,
        Instant at,
        long epoch,
        String lsn,
        long transactionId,
        String source,
        @Nullable String actor,
        @Nullable String roles,
        @Nullable String address,
        @Nullable String requestId,
        String operation,
        String entity,
        @Nullable String entityId,
        @Nullable JsonDocument changes) {}
