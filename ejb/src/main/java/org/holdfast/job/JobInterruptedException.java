package org.holdfast.job;

/** Work ended before its end, and goes on from there when run again. */
public final class JobInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what it waits for */
    public JobInterruptedException(String message) {
        super(message);
    }
}
