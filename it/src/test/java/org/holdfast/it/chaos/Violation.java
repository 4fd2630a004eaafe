package org.holdfast.it.chaos;

/** A promise that was not kept. */
record Violation(Kind kind, String what) {
    enum Kind {
        /** An acknowledged write is gone, and the system does not list it either. */
        LOST,
        /** A write that was acknowledged as safe in both clusters is gone. */
        LOST_THOUGH_DURABLE,
        /** A read found what nobody had written by then, or what was refused, or one entry twice. */
        FROM_NOWHERE,
        /** Two values were seen at one version: two nodes took writes at once. */
        SPLIT,
        /** A session did not see what it had written. */
        OWN_WRITE_MISSING,
        /** A session saw an older state after a newer one. */
        BACKWARDS,
        /** A session whose write was lost read on in the new epoch, and its token was not refused. */
        NOT_TOLD,
        /** The strong reads and the writes of a register fit into no order. */
        NOT_LINEARIZABLE,
        /** The search for such an order was given up. */
        UNDECIDED,
        /** An answer that the contract does not allow. */
        ANSWER,
        /** The reads that end a run, or the way back to health, did not come in time. */
        NOT_HEALED,
        /** After the run a node holds something else than the writer. */
        DIVERGED
    }

    @Override
    public String toString() {
        return kind + ": " + what;
    }
}
