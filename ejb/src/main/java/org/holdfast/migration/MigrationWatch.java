package org.holdfast.migration;

/** Who runs the runner: it may stop it, and is told how far it is. */
interface MigrationWatch {
    /**
     * Returns unless it is to end here.
     *
     * @throws MigrationInterruptedException when it is
     */
    void requireGoesOn();

    /** What a data version has done; {@code total} is an estimate. */
    void progress(long done, long total);

    /** What it is at, or waits for. */
    void says(String what);

    /** The shape of both clusters is that of the plan so far, and new tables are replicated. */
    void settled();
}
