package org.holdfast.topology;

import java.time.Instant;
import java.util.Optional;

/**
 * A time in which one cluster takes the writes.
 *
 * @param number 1 or more, growing with every switch
 * @param writer the cluster that takes the writes
 * @param previousEnd up to where, in the log of the writer before, this epoch has everything; empty for the first, and until it
 *     is open when it was claimed by votes
 * @param start where, in the writer's own log, the epoch began; empty for the first and until it is open
 * @param since when it was claimed
 * @param reason why the writer was switched, for people
 */
public record Epoch(
        long number,
        Cluster writer,
        EpochState state,
        Optional<LogPosition> previousEnd,
        Optional<LogPosition> start,
        Instant since,
        String reason) {}
