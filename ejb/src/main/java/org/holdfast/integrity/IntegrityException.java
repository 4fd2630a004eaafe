package org.holdfast.integrity;

/** It cannot be done as things are; the message says why. */
final class IntegrityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    IntegrityException(String message) {
        super(message);
    }
}
