package org.holdfast.failover;

/** A rule of the protocol that is left out, to see that the exploration notices. */
enum Flaw {
    /** A renewal extends the vote to now + ttl. */
    VOTE_COUNTS_FROM_DELIVERY,
    /** A claim is content with floor(n/2) votes. */
    CLAIM_BY_HALF,
    /** A lease is content with one vote less than ceil(n/2). */
    LEASE_BY_FEWER,
    /** An instance votes for the next epoch while its last vote for the current one may be alive. */
    VOTE_BESIDE_LIVING_VOTE,
    /** An instance takes its last vote for dead after ttl, without the margin for clocks that drift. */
    NO_MARGIN,
    /** An instance that starts again takes the votes of its former self for dead. */
    RESTART_FORGETS_LIVING_VOTE,
    /** An instance that starts again without its memory votes for the recorded writer at once. */
    RESTART_WITHOUT_WORD,
    /** An instance that voted for the next epoch renews at the old head without taking that back. */
    RENEWAL_BESIDE_VOTE,
    /** A vote may be taken back after the epoch was claimed. */
    WITHDRAWAL_AFTER_CLAIM,
    /** A vote that was on its way when its instance took it back, or started again, still counts. */
    LATE_VOTE_COUNTS,
    /** The lease is asked for when a transaction begins, and not again by its commit. */
    COMMIT_UNCHECKED,
    /** The commit asks whether there is a lease, not whether it is of the epoch in which the transaction began. */
    COMMIT_IN_LATER_EPOCH,
    /** The commit's check and its record are two moments. */
    CHECK_BEFORE_RECORD,
    /** A planned switch ends the epoch while older transactions run. */
    END_BEFORE_TRANSACTIONS,
    /** A planned switch ends the epoch before the other head has applied everything. */
    END_BEFORE_APPLIED,
    /** An end that was found possible before a rollback still counts when it arrives after the next closing. */
    LATE_END_COUNTS,
    /** The next epoch is claimed without votes while the old one is closing. */
    CLAIM_BEFORE_END,
    /** In a planned switch the next head stops following before it has claimed. */
    UNFOLLOWED_BEFORE_CLAIM
}
