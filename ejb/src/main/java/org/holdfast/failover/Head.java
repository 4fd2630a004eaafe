package org.holdfast.failover;

import java.sql.SQLException;
import java.time.Duration;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.NodeId;

/**
 * The head of one cluster: what it is told and asked about who writes, and about following the other one. Thread-safe.
 *
 * @param pools its connections
 */
record Head(Cluster cluster, NodeId node, HeadPools pools, HeadEpochs epochs, HeadReplication replication) {
    /**
     * A head of the configuration.
     *
     * @param target the libpq connection string, with the password, by which the other cluster reaches this head; empty
     *     while there is no other
     */
    static Head of(Cluster cluster, NodeId node, String target) {
        HeadPools pools = new HeadPools(node);
        return new Head(
                cluster,
                node,
                pools,
                new HeadEpochs(cluster, node, pools),
                new HeadReplication(cluster, node, pools, target));
    }

    /**
     * Lets this head, which has claimed an epoch, finish what it has received of the other one's log, and stops it. Again is
     * harmless.
     *
     * @param longest for each of two waits
     * @return whether the epoch is still to be opened
     */
    boolean drain(long epoch, Duration longest) throws SQLException {
        replication.awaitIdle(longest);
        boolean isClaimed = epochs.stopFollowing(epoch);
        if (isClaimed) {
            replication.awaitStopped(longest);
        }
        return isClaimed;
    }
}
