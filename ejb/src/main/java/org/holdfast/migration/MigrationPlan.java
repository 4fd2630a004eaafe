package org.holdfast.migration;

import java.util.List;

/** Versions that the writing cluster and the other one still lack, oldest first. */
record MigrationPlan(List<String> writer, List<String> standby) {
    MigrationPlan {
        writer = List.copyOf(writer);
        standby = List.copyOf(standby);
    }

    boolean isEmpty() {
        return writer.isEmpty() && standby.isEmpty();
    }

    @Override
    public String toString() {
        return "the writer lacks " + writer + ", the standby lacks " + standby;
    }
}
