package org.holdfast.failover;

/** A switch that was asked for did not come about. */
public final class SwitchFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    SwitchFailedException(String message) {
        super(message);
    }
}
