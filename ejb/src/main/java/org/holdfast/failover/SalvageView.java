package org.holdfast.failover;

import java.time.Instant;
import java.util.UUID;
import org.holdfast.json.JsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change of a lost head, as callers see it.
 *
 * @param epoch the epoch that was lost
 * @param commitLsn where in the lost head's log its transaction committed
 * @param transactionId the transaction's id there
 * @param ordinal its place in the transaction, from 0
 * @param table with its schema
 * @param operation INSERT, UPDATE, DELETE or TRUNCATE
 * @param key what identifies the row; absent for TRUNCATE
 * @param before the row before, where the server sent it
 * @param after the row after; what an update left as it was may be missing in it
 */
public record SalvageView(
        UUID id,
        long epoch,
        String commitLsn,
        Instant committedAt,
        long transactionId,
        int ordinal,
        String table,
        String operation,
        @Nullable JsonDocument key,
        @Nullable JsonDocument before,
        @Nullable JsonDocument after,
        Instant salvagedAt) {}
