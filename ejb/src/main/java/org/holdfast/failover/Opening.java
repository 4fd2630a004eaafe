package org.holdfast.failover;

import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.topology.LogPosition;

/** The last step of either switch: opens a claimed epoch on its head. May be repeated, by any instance. Thread-safe. */
final class Opening {
    private static final Logger LOG = Logger.getLogger(Opening.class.getName());

    /** What the head must have done before it takes writes. */
    interface Preparation {
        void run() throws SQLException;
    }

    private final Lease lease;
    private final Obstacle obstacle;

    Opening(Lease lease, Obstacle obstacle) {
        this.lease = lease;
        this.obstacle = obstacle;
    }

    /**
     * Prepares the head, opens the epoch and takes the lease. A failure is told as an obstacle.
     *
     * @param applied what the head had applied of the old writer, where nobody told the end of the epoch before
     * @return whether the epoch is open, and votes count for it
     */
    boolean open(long epoch, Head head, Optional<LogPosition> applied, Preparation preparation) {
        try {
            preparation.run();
            boolean isNew = head.epochs().open(epoch, applied);
            // Also when another attempt has opened it: that may have ended before the lease was taken.
            lease.begin(head, epoch);
            if (isNew) {
                LOG.log(Level.INFO, "epoch {0} is open: {1} takes the writes", new Object[] {epoch, head.node()});
            }
            obstacle.gone();
            return true;
        } catch (SQLException failure) {
            obstacle.met("epoch " + epoch + " could not be opened on " + head.node() + ": " + failure.getMessage());
            return false;
        }
    }
}
