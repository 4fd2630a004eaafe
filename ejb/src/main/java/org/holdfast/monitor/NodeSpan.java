package org.holdfast.monitor;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node over a span of time, from its samples. What no sample tells is null.
 *
 * @param at when the span begins
 * @param samples how many there are
 * @param upSamples in how many of them it answered
 * @param responseMillis of the slowest probe; so are lag and connections the greatest, and {@code databaseBytes}
 * @param hitRatio of the blocks that were asked for, those that were in the server's own cache, from 0 to 1
 * @param deadlocks in the span; so are {@code temporaryBytes}
 */
public record NodeSpan(
        String node,
        Instant at,
        int samples,
        int upSamples,
        @Nullable Double responseMillis,
        @Nullable Long lagMillis,
        @Nullable Long lagBytes,
        @Nullable Integer activeConnections,
        @Nullable Integer connections,
        @Nullable Double commitsPerSecond,
        @Nullable Double rollbacksPerSecond,
        @Nullable Double blocksReadPerSecond,
        @Nullable Double hitRatio,
        @Nullable Long deadlocks,
        @Nullable Long temporaryBytes,
        @Nullable Long databaseBytes) {}
