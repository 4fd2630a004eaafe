package org.holdfast.topology;

/**
 * What a server counts of the database, since its statistics begin: after a crash, and where somebody resets them, that is anew.
 *
 * @param connections sessions of the database at this moment, idle ones too
 * @param blocksRead blocks that were not in the server's own cache
 * @param deadlocks transactions that were ended because of one
 * @param temporaryBytes written to files because they did not fit into {@code work_mem}
 * @param databaseBytes the size of the database at this moment
 */
public record NodeCounters(
        int connections,
        long commits,
        long rollbacks,
        long blocksRead,
        long blocksHit,
        long deadlocks,
        long temporaryBytes,
        long databaseBytes) {}
