package org.holdfast.vector;

/** It ended before its end, and goes on from what is there when run again. */
final class IndexInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IndexInterruptedException(String message) {
        super(message);
    }
}
