package org.holdfast.failover;

import java.sql.SQLException;
import java.util.Optional;
import java.util.logging.Logger;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.EpochState;

/** Keeps up this instance's vote for the head that takes the writes. Thread-safe. */
final class Lease {
    private final FailoverConfig config;
    private final Heads heads;
    private final Standing standing;
    private final Obstacle obstacle = new Obstacle(Logger.getLogger(Lease.class.getName()));

    private volatile boolean isGranted;

    Lease(FailoverConfig config, Heads heads, Standing standing) {
        this.config = config;
        this.heads = heads;
        this.standing = standing;
    }

    /**
     * One renewal.
     *
     * @param newest the newest epoch known
     * @return whether the head should be probed at once: it failed, or knows another epoch
     */
    boolean renew(Epoch newest) {
        // The head of a closing or ended epoch gives no lease, but is still asked: it may be lost.
        return newest.state() != EpochState.claimed
                && heads.of(newest.writer())
                        .filter(head -> renew(head, newest.number(), newest.state()))
                        .isPresent();
    }

    /** Whether a head has granted its lease to this list of instances. */
    boolean isGranted() {
        return isGranted;
    }

    /** Two renewals, the first for the ticket, so that the head has its lease at once. */
    void begin(Head head, long epoch) {
        renew(head, epoch, EpochState.open);
        renew(head, epoch, EpochState.open);
    }

    private boolean renew(Head head, long epoch, EpochState known) {
        Optional<String> ticket = standing.begin(epoch, System.nanoTime());
        try {
            Renewal renewal = head.epochs()
                    .renew(config, epoch, ticket, heads.areTwo() ? Optional.of(config.ttl()) : Optional.empty());
            standing.answered(epoch, renewal.ticket(), System.nanoTime());
            obstacle.gone();
            isGranted |= renewal.leaseUntil().isPresent();
            return renewal.epoch() != epoch || renewal.state() != known;
        } catch (SQLException failure) {
            if (Evidence.isAlive(failure)) {
                standing.alive(epoch);
            } else if (Evidence.isRefusal(failure)) {
                standing.refused(epoch);
            }
            obstacle.met(
                    "the lease of epoch " + epoch + " was not renewed on " + head.node() + ": " + failure.getMessage());
            return true;
        }
    }
}
