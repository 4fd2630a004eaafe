package org.holdfast.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.NodeState;
import org.holdfast.topology.Topology;

/**
 * The switch while both heads live. Nothing is lost, and the old writer follows the new one from its first write on. The old
 * head keeps the state until its epoch has ended, the new one from its claim on, and then the old one is not needed any more:
 * closing may be taken back, ended and claimed only go on. Every step may be repeated. Calls must not overlap.
 */
final class PlannedSwitch {
    /** How long nobody writes for the sake of a standby that has not received everything yet. */
    static final Duration CATCH_UP_MAX = Duration.ofSeconds(2);

    private static final Logger LOG = Logger.getLogger(PlannedSwitch.class.getName());
    private static final Duration TRANSACTIONS_MAX = Duration.ofSeconds(1);
    private static final Duration STEP_MAX = Duration.ofSeconds(2);
    // How long nobody writes for the sake of a standby that need not be copied.
    private static final Duration FOLLOW_MAX = Duration.ofSeconds(3);

    private final Heads heads;
    private final Obstacle obstacle = new Obstacle(LOG);
    private final Opening opening;
    private Optional<End> lastEnd = Optional.empty();
    private long openedEpoch;
    private long openingSinceNanos;
    private volatile TakenBack takenBack = new TakenBack(0, "");

    /** Where an epoch ended, which is final: the head that told it may be gone when that is needed. */
    private record End(long epoch, LogPosition at) {}

    /** Why an epoch that was closing did not end. */
    private record TakenBack(long epoch, String why) {}

    PlannedSwitch(Heads heads, Lease lease) {
        this.heads = heads;
        opening = new Opening(lease, obstacle);
    }

    /**
     * Brings a closing epoch to its end, or takes it back when that fails.
     *
     * @return whether the heads should be asked anew
     */
    boolean close(Topology now, Epoch closing) {
        Head old = heads.of(closing.writer()).orElseThrow();
        Head next = heads.of(closing.writer().other()).orElseThrow();
        try {
            Optional<Integer> number = old.epochs().closing(closing.number());
            if (number.isEmpty()) {
                return true; // another instance has gone on
            }
            // Whoever takes this up begins here: both waits are for what is there now, and a beat more does no harm.
            old.replication().awaitOlderTransactions(TRANSACTIONS_MAX);
            next.replication().awaitBeat(old.replication().beat(closing.number()), CATCH_UP_MAX);
            // When its answer is lost, the next attempt finds the epoch ended and asks for its end.
            lastEnd = old.epochs().end(closing.number(), number.get()).map(at -> new End(closing.number(), at));
            return lastEnd.isEmpty() || finish(now, closing);
        } catch (SQLException failure) {
            LOG.log(Level.WARNING, "the planned switch was taken back: {0}", failure.getMessage());
            takenBack = new TakenBack(closing.number(), String.valueOf(failure.getMessage()));
            return reopen(old, closing);
        }
    }

    /** Why this instance last took a switch from an epoch back; empty when it did not. May be asked by any thread. */
    Optional<String> whyTakenBack(long epoch) {
        return Optional.of(takenBack).filter(back -> back.epoch == epoch).map(TakenBack::why);
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

    /** Claims and opens the epoch after one that has ended. */
    boolean finish(Topology now, Epoch ended) {
        Head next = heads.of(ended.writer().other()).orElseThrow();
        long epoch = ended.number() + 1;
        try {
            String reason = "planned: the " + ended.writer() + " cluster handed over";
            next.epochs().claimAfterEnd(epoch, endOf(ended), reason, now.epochs());
            return open(now, epoch, next);
        } catch (SQLException failure) {
            obstacle.met("epoch " + epoch + " could not be claimed on " + next.node() + ": " + failure.getMessage());
            return false;
        }
    }

    private LogPosition endOf(Epoch ended) throws SQLException {
        Optional<LogPosition> known =
                lastEnd.filter(end -> end.epoch == ended.number()).map(End::at);
        if (known.isPresent()) {
            return known.get();
        }
        Head old = heads.of(ended.writer()).orElseThrow();
        return old.epochs()
                .endOf(ended.number())
                .orElseThrow(() -> new SQLException(old.node() + " has not ended epoch " + ended.number()));
    }

    /** Opens an epoch that was claimed after the end of the one before. */
    boolean open(Topology now, Epoch claimed) {
        return open(now, claimed.number(), heads.of(claimed.writer()).orElseThrow());
    }

    private boolean open(Topology now, long epoch, Head next) {
        return opening.open(epoch, next, Optional.empty(), () -> {
            // Each of these finds what an attempt before it did: a subscription that is disabled, a slot, a follower.
            if (next.drain(epoch, STEP_MAX)) {
                letOldFollow(now, epoch, next);
            }
        });
    }

    // Before the first write, so that no row needs to be copied. An old head that is gone is not waited for: it has
    // nothing that the new one lacks, and is copied when it returns.
    private void letOldFollow(Topology now, long epoch, Head next) throws SQLException {
        if (openedEpoch != epoch) {
            openedEpoch = epoch;
            openingSinceNanos = System.nanoTime();
        }
        Head old = heads.of(next.cluster().other()).orElseThrow();
        if (now.head(old.cluster())
                .filter(node -> node.state() == NodeState.down)
                .isPresent()) {
            return;
        }
        try {
            if (next.epochs().createFirstSlot(epoch)) {
                old.epochs().follow(old.replication(), next.replication(), epoch - 1, STEP_MAX);
            }
        } catch (SQLException failure) {
            if (System.nanoTime() - openingSinceNanos < FOLLOW_MAX.toNanos()) {
                throw failure;
            }
            obstacle.met(old.node() + " does not follow the new writer yet: " + failure.getMessage());
        }
    }
}
