package org.holdfast.topology;

/** What the head that takes an epoch's writes says of it. The names are the database's. */
public enum EpochState {
    /** Nobody else may take writes in an epoch before it; it takes none yet. */
    claimed,
    /** Takes writes. */
    open,
    /** A planned switch is under way: takes no more writes, and may still be opened again. */
    closing,
    /** Took its last write; only a later epoch goes on. */
    ended
}
