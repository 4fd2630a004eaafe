package org.holdfast.connection;

/** Whether a session will change rows. */
public enum AccessIntent {
    READ,
    WRITE
}
