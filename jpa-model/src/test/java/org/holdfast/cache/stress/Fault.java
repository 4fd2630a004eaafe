package org.holdfast.cache.stress;

/** What befalls Redis, or the caches in the processes. */
public enum Fault {
    /** All keys are lost. */
    FLUSH,
    /** Rows and tombstones are evicted for want of memory, epochs are not. */
    EVICT,
    /** SIGKILL, and started again at once. */
    RESTART,
    /** SIGKILL, and started again at the fault's end. */
    KILL,
    /** SIGSTOP until the fault's end. */
    HANG,
    /** Every connection is closed; messages may be missed. */
    CUT,
    /** One instance's near cache is emptied, so that it reads what Redis has. */
    FORGET
}
