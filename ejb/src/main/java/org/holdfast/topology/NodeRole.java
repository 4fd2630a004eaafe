package org.holdfast.topology;

/** What a node does now. The names are the API's. */
public enum NodeRole {
    /** Head of the cluster that takes the writes. */
    primary,
    /** Head of the other cluster. */
    failover,
    /** Follows the head of its own cluster. */
    replica
}
