package org.holdfast.tuning;

/**
 * A statement as one node has run it, without its values. Times are of its execution alone.
 *
 * @param id under which its plan can be asked for, on the same node
 * @param role the database role that ran it
 * @param share of the execution time of all statements there, 0 to 1
 * @param rowsPerCall returned or changed
 * @param hitRatio of blocks that were in the server's own cache, 0 to 1; 1 where none was needed
 * @param temporaryBytes written because memory did not do
 */
public record SlowQuery(
        String id,
        String role,
        long calls,
        double totalMillis,
        double meanMillis,
        double maxMillis,
        double share,
        double rowsPerCall,
        double hitRatio,
        long temporaryBytes,
        String text) {}
