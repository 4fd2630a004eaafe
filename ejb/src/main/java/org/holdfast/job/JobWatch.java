package org.holdfast.job;

/** Who runs a piece of work: may stop it, and is told how far it is. */
public interface JobWatch {
    /**
     * Returns unless the work is to end here.
     *
     * @throws JobInterruptedException when it is: it is being stopped, or the heads are not what they were
     */
    void requireGoesOn();

    /** How much is done; {@code total} may be an estimate. */
    void progress(long done, long total);

    /** What it is at, or waits for. */
    void says(String what);
}
