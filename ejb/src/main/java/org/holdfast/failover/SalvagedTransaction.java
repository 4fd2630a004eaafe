package org.holdfast.failover;

import java.time.Instant;
import java.util.List;
import org.holdfast.topology.LogPosition;

/**
 * A transaction with its changes in their order.
 *
 * @param commit where its commit record begins
 * @param end where its commit record ends: what a subscriber confirms when it has applied the transaction
 */
record SalvagedTransaction(
        long xid, LogPosition commit, LogPosition end, Instant committedAt, List<SalvagedChange> changes) {
    SalvagedTransaction {
        changes = List.copyOf(changes);
    }
}
