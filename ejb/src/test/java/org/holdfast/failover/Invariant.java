package org.holdfast.failover;

/** What must hold in every reachable state. */
enum Invariant {
    NO_COMMIT_BESIDE_OPEN_EPOCH("a commit was accepted in an epoch after the next one had been opened"),
    ONE_WRITER("both heads hold a valid lease, or one epoch was claimed by both"),
    NO_COMMIT_AFTER_RECORD("a commit of an epoch was accepted after the end of that epoch had been recorded"),
    PLANNED_SWITCH_LOSES_NOTHING("an epoch was claimed without votes while the new writer lacked an accepted commit"),
    NO_LEASE_AFTER_CLAIM("the old head has a valid lease after the next epoch was claimed"),
    SURVIVOR_GOES_ON("a writer that is being switched could vanish and leave a head that can neither claim nor open");

    private final String broken;

    Invariant(String broken) {
        this.broken = broken;
    }

    String broken() {
        return broken;
    }
}
