package org.holdfast.failover;

import java.util.Set;

/**
 * How far one exploration goes.
 *
 * @param instances of the application, 1 to 3
 * @param epochs the last epoch that may be claimed, 2 to 4; the first is 1
 * @param ttl ticks, 1 to 3; the margin is one tick
 * @param crashes of heads in all, 0 to 3
 * @param restarts of instances in all, 0 to 3
 */
record Bounds(int instances, int epochs, int ttl, int crashes, int restarts, Set<Detail> details) {
    /** What is looked at closely; without it, the model takes the shorter way that can reach no less harm. */
    enum Detail {
        /** An epoch may be claimed by votes. */
        VOTES,
        /** A writer may be closed, rolled back and ended. */
        PLAN,
        /** A vote for the next epoch is on its way for a while; else it is executed as it is sent. */
        LATE_VOTES,
        /** Client transactions begin before they commit; else only the lease itself is watched. */
        TRANSACTIONS,
        /** A vote lives as long as drift allows or a tick less; else always the longest. */
        DRIFT,
        /** The last epoch takes writes too; else it ends the exploration of those who know of it. */
        LAST_EPOCH
    }

    static final int MARGIN = 1;

    Bounds {
        if (instances < 1 || instances > 3 || epochs < 2 || epochs > 4 || ttl < 1 || ttl > 3) {
            throw new IllegalArgumentException(
                    "instances " + instances + " (1 to 3), epochs " + epochs + " (2 to 4), ttl " + ttl + " (1 to 3)");
        }
        if (crashes < 0 || crashes > 3 || restarts < 0 || restarts > 3) {
            throw new IllegalArgumentException("crashes " + crashes + ", restarts " + restarts + " (0 to 3)");
        }
        details = Set.copyOf(details);
    }

    boolean has(Detail detail) {
        return details.contains(detail);
    }

    int leaseQuorum() {
        return (instances + 1) / 2;
    }

    int claimQuorum() {
        return instances / 2 + 1;
    }

    /** Whether what is voted and written in the epoch is followed. */
    boolean follows(int epoch) {
        return epoch < epochs || has(Detail.LAST_EPOCH);
    }
}
