package org.holdfast.vector;

/** Who runs it: it may stop it, and is told how far it is. */
interface IndexWatch {
    /**
     * Returns unless it is to end here.
     *
     * @throws IndexInterruptedException when it is: it is being stopped, or the heads are not what they were
     */
    void requireGoesOn();

    /** Rows that are in new indexes; {@code total} is an estimate. */
    void progress(long done, long total);

    /** What it is at, or waits for. */
    void says(String what);
}
