package org.holdfast.topology;

/** One of the two clusters: the first node of each takes its writes while it is the writer. The names are the API's. */
public enum Cluster {
    primary,
    failover;

    public Cluster other() {
        return this == primary ? failover : primary;
    }
}
