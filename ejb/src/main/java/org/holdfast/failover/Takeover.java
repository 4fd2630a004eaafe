package org.holdfast.failover;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Logger;
import org.holdfast.topology.Epoch;
import org.holdfast.topology.LogPosition;
import org.holdfast.topology.Node;
import org.holdfast.topology.Topology;
import org.jspecify.annotations.Nullable;

/**
 * The switch without the old writer, and the way back from a vote for it that came to nothing. Every step may be repeated,
 * and another instance goes on where one ended. Calls must not overlap.
 */
final class Takeover {
    private static final Logger LOG = Logger.getLogger(Takeover.class.getName());
    private static final Duration DRAIN_MAX = Duration.ofSeconds(2);

    private final FailoverConfig config;
    private final Heads heads;
    private final Standing standing;
    private final Lease lease;
    private final Obstacle obstacle = new Obstacle(LOG);
    private final Opening opening;
    private Optional<Turn> turn = Optional.empty();
    private boolean hasForgotten;

    /** The turn that the other head gave this instance while an epoch was open; votes are sent in no other. */
    private record Turn(long openEpoch, long number) {}

    Takeover(FailoverConfig config, Heads heads, Standing standing, Lease lease) {
        this.config = config;
        this.heads = heads;
        this.standing = standing;
        this.lease = lease;
        opening = new Opening(lease, obstacle);
    }

    /**
     * Votes for the other head, claims the next epoch there and opens it.
     *
     * @return whether a later epoch is open now
     */
    boolean run(Topology topology, Epoch lost, String why) {
        Head head = heads.of(lost.writer().other()).orElse(null);
        if (head == null) {
            return false;
        }
        long epoch = lost.number() + 1;
        try {
            // Before the vote: a head that cannot take over anyway must not cost the old writer this instance's vote.
            Optional<String> missing = head.replication().whatIsMissing(lost.number());
            if (missing.isPresent()) {
                obstacle.met(head.node() + " cannot take over: " + missing.get());
                return false;
            }
            if (!standing.giveUp(lost.number(), System.nanoTime())) {
                return false;
            }
            // An instance that starts again promises again, and asks for a turn of its own; its old vote is gone then.
            Optional<Turn> mine = turnAt(head, lost.number());
            if (mine.isEmpty()) {
                return true;
            }
            String reason = "the " + lost.writer() + " cluster was lost: " + why;
            return switch (head.epochs().voteAndClaim(config, epoch, mine.get().number, reason)) {
                case CLAIMED -> goOn(topology, epoch, head);
                case OVERTAKEN -> true;
                case VOTED -> {
                    obstacle.met("voted for epoch " + epoch + " on " + head.node()
                            + "; it waits for the votes of other instances");
                    yield false;
                }
                case INCOMPLETE -> false;
            };
        } catch (SQLException failure) {
            obstacle.met("epoch " + epoch + " could not be claimed on " + head.node() + ": " + failure.getMessage());
            return false;
        }
    }

    /** Whether a lost writer may be replaced: without anybody, or because an operator said so, to whichever instance. */
    boolean isWanted(Epoch lost) {
        Head head = heads.of(lost.writer().other()).orElse(null);
        if (config.automatic() || head == null) {
            return config.automatic();
        }
        try {
            boolean isConfirmed = head.epochs().isLossConfirmed(lost.number());
            if (!isConfirmed) {
                obstacle.met("the writer of epoch " + lost.number()
                        + " is lost, and waits for an operator's confirmation" + " (holdfast.failover.automatic)");
            }
            return isConfirmed;
        } catch (SQLException unreachable) {
            obstacle.met("whether the loss of the writer is confirmed is known to " + head.node()
                    + ", which does not answer: " + unreachable.getMessage());
            return false;
        }
    }

    // Once a start: the list may have changed since the last one.
    private void forgetOthers(@Nullable Head other) {
        if (other == null || hasForgotten || !lease.isGranted()) {
            return;
        }
        try {
            other.epochs().forgetOthers(config.members());
            hasForgotten = true;
        } catch (SQLException unreachable) {
            obstacle.met("instances of an earlier list could not be forgotten on " + other.node() + ": "
                    + unreachable.getMessage());
        }
    }

    // Asking for a turn takes back whatever this instance's earlier life voted.
    private Optional<Turn> turnAt(Head head, long openEpoch) throws SQLException {
        if (turn.filter(known -> known.openEpoch == openEpoch).isEmpty()) {
            OptionalLong number = head.epochs().withdraw(config.instance(), openEpoch + 1);
            turn = number.isPresent() ? Optional.of(new Turn(openEpoch, number.getAsLong())) : Optional.empty();
        }
        return turn;
    }

    /** Opens an epoch that was claimed. */
    boolean goOn(Topology topology, Epoch claimed) {
        return heads.of(claimed.writer())
                .filter(head -> goOn(topology, claimed.number(), head))
                .isPresent();
    }

    private boolean goOn(Topology topology, long epoch, Head head) {
        Optional<LogPosition> applied = topology.head(head.cluster()).flatMap(Node::applied);
        return opening.open(epoch, head, applied, () -> head.drain(epoch, DRAIN_MAX));
    }

    /** Lets this instance vote for the writer, once the other head has no later epoch and no vote of it for one. */
    void settle(Epoch open) {
        Head other = heads.of(open.writer().other()).orElse(null);
        if (!standing.wantsToVote(open.number())) {
            forgetOthers(other);
            return;
        }
        try {
            if (other != null) {
                turn = Optional.empty();
                if (turnAt(other, open.number()).isEmpty()) {
                    obstacle.met("no vote for epoch " + open.number() + ": " + other.node() + " knows a later one");
                    return;
                }
            }
            standing.allow(open.number());
            obstacle.gone();
        } catch (SQLException unreachable) {
            obstacle.met("no vote for epoch " + open.number() + " yet: whether this instance voted for a later one is"
                    + " known to the other head, which does not answer");
        }
    }
}
