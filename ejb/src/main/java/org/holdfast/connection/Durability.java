package org.holdfast.connection;

/** Where a write must be safe before it is acknowledged. The names are those of the {@code Holdfast-Durability} header. */
public enum Durability {
    /** On the disk of the node that takes the writes. */
    local,
    /** In the other cluster too. */
    failover
}
