package org.holdfast.failover;

/** Bytes that are no message of pgoutput, protocol version 1, or none that may come here. */
final class PgOutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PgOutputException(String message) {
        super(message);
    }
}
