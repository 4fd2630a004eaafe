package org.holdfast.migration;

import org.holdfast.job.JobWatch;

/** Who runs the runner. */
interface MigrationWatch extends JobWatch {
    /** The shape of both clusters is that of the plan so far, and new tables are replicated. */
    void settled();
}
