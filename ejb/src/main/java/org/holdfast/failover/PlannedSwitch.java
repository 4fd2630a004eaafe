package org.holdfast.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;

/**
 * The switch while both heads live. Nothing is lost, and the old writer follows the new one from its first write on. The old
 * head keeps the state: closing may be taken back, ended only goes on. Every step may be repeated. Calls must not overlap.
 */
final class PlannedSwitch {
    private static final Logger LOG = Logger.getLogger(PlannedSwitch.class.getName());
    private static final Duration TRANSACTIONS_MAX = Duration.ofSeconds(1);
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(2);
    private static final Duration STEP_MAX = Duration.ofSeconds(2);

    private final Heads heads;
    private final Lease lease;
    private final Obstacle obstacle = new Obstacle(LOG);

    PlannedSwitch(Heads heads, Lease lease) {
        this.heads = heads;
        this.lease = lease;
    }

    /**
     * Brings a closing epoch to its end, or takes it back when that fails.
     *
     * @param before the epochs until now
     * @return whether the heads should be asked anew
     */
    boolean close(Epoch closing, List<Epoch> before) {
        Head old = heads.of(closing.writer()).orElseThrow();
        Head next = heads.of(closing.writer().other()).orElseThrow();
        try {
            Optional<Integer> number = old.epochs().closing(closing.number());
            if (number.isEmpty()) {
                return true; // another instance has gone on
            }
            old.replication().awaitOlderTransactions(TRANSACTIONS_MAX);
            next.replication().awaitBeat(old.replication().beat(closing.number()), CATCH_UP_MAX);
            return !old.epochs().end(closing.number(), number.get()) || finish(closing, before);
        } catch (SQLException failure) {
            LOG.log(Level.WARNING, "the planned switch was taken back: {0}", failure.getMessage());
            return reopen(old, closing);
        }
    }

    private boolean reopen(Head old, Epoch closing) {
        try {
            return old.epochs().reopen(closing.number());
        } catch (SQLException failure) {
            obstacle.met("epoch " + closing.number() + " could not be opened again on " + old.node() + ": "
                    + failure.getMessage());
            return false;
        }
    }

    /**
     * Opens the epoch after one that has ended.
     *
     * @param before the epochs until now
     */
    boolean finish(Epoch ended, List<Epoch> before) {
        Head old = heads.of(ended.writer()).orElseThrow();
        Head next = heads.of(ended.writer().other()).orElseThrow();
        long epoch = ended.number() + 1;
        try {
            LogPosition end = old.epochs()
                    .endOf(ended.number())
                    .orElseThrow(() -> new SQLException(old.node() + " has not ended epoch " + ended.number()));
            next.replication().drain(STEP_MAX);
            next.replication().unsubscribe();
            next.replication().createSlot();
            // Before the first write, so that no row needs to be copied.
            follow(old, next);
            String reason = "planned: the " + ended.writer() + " cluster handed over";
            boolean isNew = next.epochs().openPlanned(epoch, end, reason, before);
            lease.begin(next, epoch);
            if (isNew) {
                LOG.log(Level.INFO, "epoch {0} is open: {1} takes the writes", new Object[] {epoch, next.node()});
            }
            obstacle.gone();
            return true;
        } catch (SQLException failure) {
            obstacle.met("epoch " + epoch + " could not be opened on " + next.node() + ": " + failure.getMessage());
            return false;
        }
    }

    private void follow(Head old, Head next) throws SQLException {
        if (!old.replication().isSubscribed()) {
            old.replication().dropSlot(STEP_MAX);
            old.replication().subscribe(next.replication(), false);
        }
    }
}
