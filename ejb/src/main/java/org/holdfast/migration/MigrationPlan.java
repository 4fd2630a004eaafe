package org.holdfast.migration;

import java.util.List;

/** Versions that a cluster still lacks, oldest first. */
record MigrationPlan(List<String> primary, List<String> failover) {
    MigrationPlan {
        primary = List.copyOf(primary);
        failover = List.copyOf(failover);
    }

    boolean isEmpty() {
        return primary.isEmpty() && failover.isEmpty();
    }

    @Override
    public String toString() {
        return "primary lacks " + primary + ", failover lacks " + failover;
    }
}
