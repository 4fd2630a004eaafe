package org.holdfast.failover;

import java.sql.SQLException;
import java.time.Duration;
import org.holdfast.jdbc.Database;
import org.holdfast.topology.Cluster;
import org.holdfast.topology.NodeId;

/**
 * The head of one cluster: what it is told and asked about who writes, and about following the other one. Thread-safe.
 *
 * @param owner its connections for what takes long; the others are of the pool {@code jdbc/<head>_control}, whose time-outs of
 *     seconds bound every statement
 */
record Head(Cluster cluster, NodeId node, Database owner, HeadEpochs epochs, HeadReplication replication) {
    /**
     * A head of the configuration.
     *
     * @param target the libpq connection string, with the password, by which the other cluster reaches this head; empty
     *     while there is no other
     */
    static Head of(Cluster cluster, NodeId node, String target) {
        Database control = Database.named("jdbc/" + node + "_control");
        return new Head(
                cluster,
                node,
                Database.owner(node.name()),
                new HeadEpochs(cluster, node, control),
                new HeadReplication(cluster, node, control, target));
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
