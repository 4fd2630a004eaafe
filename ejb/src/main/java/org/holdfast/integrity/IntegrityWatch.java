package org.holdfast.integrity;

/** Who runs it: it may stop it, and is told how far it is. */
interface IntegrityWatch {
    /**
     * Returns unless it is to end here.
     *
     * @throws IntegrityInterruptedException when it is: it is being stopped, or the heads are not what they were
     */
    void requireGoesOn();

    /** Rows compared; {@code total} is an estimate. */
    void progress(long done, long total);

    /** What it is at, or waits for. */
    void says(String what);
}
