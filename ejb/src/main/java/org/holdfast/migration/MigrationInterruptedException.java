package org.holdfast.migration;

/** It ended before its end, and goes on from there when run again. */
final class MigrationInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MigrationInterruptedException(String message) {
        super(message);
    }
}
