package org.holdfast.integrity;

/** It ended before its end, and goes on from there when run again. */
final class IntegrityInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IntegrityInterruptedException(String message) {
        super(message);
    }
}
