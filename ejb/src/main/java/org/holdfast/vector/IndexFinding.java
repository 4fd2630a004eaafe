package org.holdfast.vector;

/**
 * Something about an index that somebody should look at.
 *
 * @param detail with the numbers, for people
 */
public record IndexFinding(String node, String index, Kind kind, String detail) {
    /** The names are the API's. */
    public enum Kind {
        /** A table with embeddings has no index that searches use. */
        missing,
        /** Searches do not use it, and every write keeps it up. */
        invalid,
        /** No node has used it. */
        unused,
        /** Much larger than a new one would be. */
        bloated,
        /** Its graph would not fit into memory while it is built. */
        memory,
        /** The clusters' indexes are not made alike. */
        different,
        /** It has the copies as well that belong beside it, and among which searches get lost. */
        copies
    }
}
