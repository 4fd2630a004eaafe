package org.holdfast.failover;

import static org.holdfast.failover.ProtocolState.A;
import static org.holdfast.failover.ProtocolState.B;
import static org.holdfast.failover.ProtocolState.BEGUN;
import static org.holdfast.failover.ProtocolState.CHECKED;
import static org.holdfast.failover.ProtocolState.CLAIMED;
import static org.holdfast.failover.ProtocolState.CLOSING;
import static org.holdfast.failover.ProtocolState.CURRENT;
import static org.holdfast.failover.ProtocolState.ENDED;
import static org.holdfast.failover.ProtocolState.OPEN;
import static org.holdfast.failover.ProtocolState.RECORDED;
import static org.holdfast.failover.ProtocolState.STALE;

import java.util.EnumSet;
import java.util.Set;
import org.holdfast.failover.Bounds.Detail;
import org.holdfast.failover.ProtocolState.Head;
import org.holdfast.failover.ProtocolState.Instance;
import org.holdfast.failover.ProtocolState.Pair;

/**
 * The rules of the lease protocol as steps from one state to the next.
 *
 * <p>A paused head or instance is one whose steps are not taken for a while; a message that is late waits for its step; a
 * lost one is never taken, or is replaced by the next of its kind. Answers are received at once or lost, because whoever
 * receives one may act on it as late as he likes. A clock that drifts makes a vote live up to {@code ttl + MARGIN} from its
 * ticket; an instance counts from when it received that ticket.
 */
final class LeaseProtocol {
    /** Receives what follows a state, and which invariants the step broke. */
    interface Visitor {
        void visit(ProtocolState next, Step step, int head, int instance, Set<Invariant> broken);
    }

    private static final Set<Invariant> NOTHING = Set.of();

    private final Bounds bounds;
    private final Set<Flaw> flaws;
    private final int noTicket;

    LeaseProtocol(Bounds bounds, Set<Flaw> flaws) {
        this.bounds = bounds;
        this.flaws = flaws.isEmpty() ? EnumSet.noneOf(Flaw.class) : EnumSet.copyOf(flaws);
        this.noTicket = bounds.ttl() + Bounds.MARGIN;
    }

    Bounds bounds() {
        return bounds;
    }

    void expand(ProtocolState state, Visitor visitor) {
        emit(aged(state), Step.TICK, 0, 0, visitor);
        for (int head = A; head <= B; head++) {
            if (bounds.has(Detail.TRANSACTIONS)) {
                transactions(state, head, visitor);
            }
            votedSwitch(state, head, visitor);
            if (bounds.has(Detail.PLAN)) {
                plannedSwitch(state, head, visitor);
            }
            crash(state, head, visitor);
            for (int i = 0; i < bounds.instances(); i++) {
                renewalExecuted(state, head, i, visitor);
                voteExecuted(state, head, i, visitor);
                word(state, head, i, visitor);
            }
        }
        for (int i = 0; i < bounds.instances(); i++) {
            renewalSent(state, i, visitor);
            voteSent(state, i, visitor);
            restarts(state, i, visitor);
        }
    }

    private ProtocolState aged(ProtocolState state) {
        ProtocolState next = state.copy();
        for (int i = 0; i < bounds.instances(); i++) {
            next.set(i, Instance.TICKET, Math.min(noTicket, state.get(i, Instance.TICKET) + 1));
            next.set(i, Instance.MAY_LIVE, Math.max(0, state.get(i, Instance.MAY_LIVE) - 1));
            for (int head = A; head <= B; head++) {
                next.set(i, head, Pair.VOTE, Math.max(0, state.get(i, head, Pair.VOTE) - 1));
                int renewal = state.get(i, head, Pair.RENEWAL);
                next.set(i, head, Pair.RENEWAL, renewal == 0 ? 0 : Math.min(noTicket + 1, renewal + 1));
            }
        }
        return next;
    }

    // --- votes for the writer -------------------------------------------------------------------------------------

    private void renewalSent(ProtocolState state, int i, Visitor visitor) {
        boolean mayRenew = bounds.follows(state.get(i, Instance.KNOWN_EPOCH))
                && state.get(i, Instance.NEEDS_WORD) == 0
                && (state.get(i, Instance.VOTED) == 0 || has(Flaw.RENEWAL_BESIDE_VOTE));
        if (!mayRenew) {
            return;
        }
        int head = writerOf(state.get(i, Instance.KNOWN_EPOCH));
        ProtocolState next = state.copy();
        next.set(i, head, Pair.RENEWAL, 1 + state.get(i, Instance.TICKET));
        emit(next, Step.RENEWAL_SENT, head, i, visitor);
    }

    private void renewalExecuted(ProtocolState state, int head, int i, Visitor visitor) {
        int renewal = state.get(i, head, Pair.RENEWAL);
        if (renewal == 0) {
            return;
        }
        for (int drift = bounds.has(Detail.DRIFT) ? 0 : Bounds.MARGIN; drift <= Bounds.MARGIN; drift++) {
            ProtocolState next = state.copy();
            next.set(i, head, Pair.RENEWAL, 0);
            if (state.get(head, Head.PHASE) == OPEN) {
                int age = has(Flaw.VOTE_COUNTS_FROM_DELIVERY) ? 0 : renewal - 1;
                int remaining = renewal - 1 == noTicket && !has(Flaw.VOTE_COUNTS_FROM_DELIVERY)
                        ? 0
                        : Math.max(0, bounds.ttl() + drift - age);
                next.set(i, head, Pair.VOTE, Math.max(state.get(i, head, Pair.VOTE), remaining));
            }
            emit(next, Step.RENEWAL_ANSWER_LOST, head, i, visitor);
            int known = state.get(i, Instance.KNOWN_EPOCH);
            if (writerOf(known) == head && known == state.get(head, Head.EPOCH)) {
                ProtocolState answered = next.copy();
                answered.set(i, Instance.TICKET, 0);
                answered.set(i, Instance.MAY_LIVE, longestLife());
                emit(answered, Step.RENEWAL_ANSWERED, head, i, visitor);
            }
        }
    }

    private int longestLife() {
        return has(Flaw.NO_MARGIN) ? bounds.ttl() : bounds.ttl() + Bounds.MARGIN;
    }

    private boolean hasLease(ProtocolState state, int head) {
        if (state.get(head, Head.PHASE) != OPEN) {
            return false;
        }
        int alive = 0;
        for (int i = 0; i < bounds.instances(); i++) {
            alive += state.get(i, head, Pair.VOTE) > 0 ? 1 : 0;
        }
        return alive >= bounds.leaseQuorum() - (has(Flaw.LEASE_BY_FEWER) ? 1 : 0);
    }

    // --- votes for the next epoch ---------------------------------------------------------------------------------

    private void voteSent(ProtocolState state, int i, Visitor visitor) {
        int known = state.get(i, Instance.KNOWN_EPOCH);
        boolean mayVote = bounds.has(Detail.VOTES)
                && known < bounds.epochs()
                && state.get(i, Instance.NEEDS_WORD) == 0
                && (state.get(i, Instance.MAY_LIVE) == 0 || has(Flaw.VOTE_BESIDE_LIVING_VOTE))
                && (state.get(i, Instance.TURN) != 0 || !areVotesLate() || has(Flaw.LATE_VOTE_COUNTS));
        if (!mayVote) {
            return;
        }
        int head = writerOf(known + 1);
        ProtocolState next = state.copy();
        next.set(i, Instance.VOTED, 1);
        if (!areVotesLate()) {
            // With turns, a late vote counts only if it could as well have been sent when it arrives.
            next.set(i, head, Pair.CLAIM_VOTE, state.get(head, Head.EPOCH) < known + 1 ? 1 : 0);
            emit(next, Step.VOTE_EXECUTED, head, i, visitor);
            return;
        }
        next.set(i, head, Pair.VOTE_MESSAGE, has(Flaw.LATE_VOTE_COUNTS) ? CURRENT : state.get(i, Instance.TURN));
        emit(next, Step.VOTE_SENT, head, i, visitor);
    }

    private void voteExecuted(ProtocolState state, int head, int i, Visitor visitor) {
        int message = state.get(i, head, Pair.VOTE_MESSAGE);
        if (message == 0) {
            return;
        }
        ProtocolState next = state.copy();
        next.set(i, head, Pair.VOTE_MESSAGE, 0);
        if (message == CURRENT) {
            next.set(i, head, Pair.CLAIM_VOTE, 1);
        }
        emit(next, Step.VOTE_EXECUTED, head, i, visitor);
    }

    // One call for three needs: the word that a restarted instance waits for, taking a vote back, and a turn
    // to vote with.
    private void word(ProtocolState state, int head, int i, Visitor visitor) {
        int known = state.get(i, Instance.KNOWN_EPOCH);
        if (state.get(head, Head.EPOCH) > known && !has(Flaw.WITHDRAWAL_AFTER_CLAIM)) {
            emit(learned(state, head, i), Step.EPOCH_LEARNED, head, i, visitor);
            return;
        }
        if (head != writerOf(known + 1)) {
            return;
        }
        ProtocolState taken = state.copy();
        taken.set(i, head, Pair.CLAIM_VOTE, 0);
        if (state.get(i, head, Pair.VOTE_MESSAGE) == CURRENT && !has(Flaw.LATE_VOTE_COUNTS)) {
            taken.set(i, head, Pair.VOTE_MESSAGE, STALE);
        }
        ProtocolState given = taken.copy();
        given.set(i, Instance.VOTED, 0);
        given.set(i, Instance.NEEDS_WORD, 0);
        given.set(i, Instance.TURN, areVotesLate() ? CURRENT : 0);
        emit(given, Step.WORD_GIVEN, head, i, visitor);
        if (state.get(i, Instance.TURN) == CURRENT) {
            taken.set(i, Instance.TURN, STALE);
        }
        emit(taken, Step.WORD_LOST, head, i, visitor);
    }

    // The word of the other head is still needed: the epoch after this one may have its vote.
    private ProtocolState learned(ProtocolState state, int head, int i) {
        ProtocolState next = state.copy();
        next.set(i, Instance.KNOWN_EPOCH, state.get(head, Head.EPOCH));
        next.set(i, Instance.VOTED, 0);
        next.set(i, Instance.TURN, 0);
        next.set(i, Instance.TICKET, noTicket);
        if (!bounds.follows(state.get(head, Head.EPOCH))) {
            next.set(i, Instance.MAY_LIVE, 0);
            next.set(i, Instance.NEEDS_WORD, 0);
        }
        return next;
    }

    private boolean areVotesLate() {
        return bounds.has(Detail.LATE_VOTES);
    }

    // --- the switch -----------------------------------------------------------------------------------------------

    private void votedSwitch(ProtocolState state, int head, Visitor visitor) {
        int claimable = claimable(state, head);
        int votes = 0;
        for (int i = 0; i < bounds.instances(); i++) {
            votes += state.get(i, head, Pair.CLAIM_VOTE);
        }
        int quorum = has(Flaw.CLAIM_BY_HALF) ? bounds.instances() / 2 : bounds.claimQuorum();
        boolean isVoted = bounds.has(Detail.VOTES) && votes >= quorum && votes > 0;
        if (claimable <= bounds.epochs() && isVoted && state.get(head, Head.FOLLOWS) == 1) {
            claim(state, head, Step.CLAIMED_BY_VOTES, visitor);
        }
        if (state.get(head, Head.PHASE) == CLAIMED) {
            phase(state, head, RECORDED, Step.END_RECORDED, visitor);
        }
        if (state.get(head, Head.PHASE) == RECORDED) {
            phase(state, head, OPEN, Step.OPENED, visitor);
        }
        // Its fence may reach the old head's transactions late, so it changes nothing here.
        boolean isBehind = state.get(1 - head, Head.EPOCH) < state.get(head, Head.EPOCH);
        if (state.get(head, Head.PHASE) == OPEN && isBehind && state.get(head, Head.EPOCH) < bounds.epochs()) {
            followed(state, head, Step.REJOINED, visitor);
        }
    }

    private void followed(ProtocolState state, int head, Step step, Visitor visitor) {
        if (state.get(1 - head, Head.FOLLOWS) == 0) {
            ProtocolState next = state.copy();
            next.set(1 - head, Head.FOLLOWS, 1);
            emit(next, step, head, 0, visitor);
        }
    }

    // B begins without an epoch of its own, and each claim on a head skips the one of the other.
    private static int claimable(ProtocolState state, int head) {
        return state.get(head, Head.EPOCH) + 2;
    }

    private void claim(ProtocolState state, int head, Step step, Visitor visitor) {
        int other = 1 - head;
        ProtocolState next = state.copy();
        next.set(head, Head.EPOCH, claimable(state, head));
        next.set(head, Head.PHASE, CLAIMED);
        next.set(head, Head.LAG, 0);
        next.set(head, Head.FOLLOWS, 0);
        next.set(head, Head.END_MESSAGE, 0);
        next.set(head, Head.BEGUN_EARLIER, state.get(head, Head.TRANSACTION) == 0 ? 0 : 1);
        for (int i = 0; i < bounds.instances(); i++) {
            // What is on its way for an older epoch would be refused.
            for (Pair cell : Pair.values()) {
                next.set(i, head, cell, 0);
            }
        }
        Set<Invariant> broken = EnumSet.noneOf(Invariant.class);
        if (step == Step.CLAIMED_AFTER_END && state.get(other, Head.LAG) != 0) {
            broken.add(Invariant.PLANNED_SWITCH_LOSES_NOTHING);
        }
        if (state.get(other, Head.EPOCH) == claimable(state, head)) {
            broken.add(Invariant.ONE_WRITER);
        }
        emit(next, step, head, 0, broken, visitor);
    }

    private void plannedSwitch(ProtocolState state, int head, Visitor visitor) {
        int other = 1 - head;
        int phase = state.get(head, Head.PHASE);
        int otherPhase = state.get(other, Head.PHASE);
        boolean hasEnd = otherPhase == ENDED || (otherPhase == CLOSING && has(Flaw.CLAIM_BEFORE_END));
        int claimable = claimable(state, head);
        if (hasEnd && claimable <= bounds.epochs() && claimable == state.get(other, Head.EPOCH) + 1) {
            claim(state, head, Step.CLAIMED_AFTER_END, visitor);
        }
        if (phase == OPEN && state.get(head, Head.EPOCH) < bounds.epochs()) {
            phase(state, head, CLOSING, Step.CLOSED, visitor);
        }
        if (phase == CLOSING) {
            closing(state, head, visitor);
        }
        boolean isHandedOver = state.get(other, Head.EPOCH) == state.get(head, Head.EPOCH) - 1 && otherPhase == ENDED;
        if (isHandedOver && (phase == CLAIMED || phase == RECORDED)) {
            followed(state, head, Step.FOLLOWED, visitor);
        }
        boolean isFollowed = state.get(other, Head.FOLLOWS) == 1 || otherPhase == CLAIMED;
        if (state.get(head, Head.LAG) == 1 && isFollowed) {
            ProtocolState next = state.copy();
            next.set(head, Head.LAG, 0);
            emit(next, Step.APPLIED, head, 0, visitor);
        }
    }

    private void closing(ProtocolState state, int head, Visitor visitor) {
        ProtocolState back = state.copy();
        back.set(head, Head.PHASE, OPEN);
        if (state.get(head, Head.END_MESSAGE) == CURRENT && !has(Flaw.LATE_END_COUNTS)) {
            back.set(head, Head.END_MESSAGE, STALE);
        }
        emit(back, Step.ROLLED_BACK, head, 0, visitor);
        boolean canEnd = (state.get(head, Head.TRANSACTION) == 0 || has(Flaw.END_BEFORE_TRANSACTIONS))
                && (state.get(head, Head.LAG) == 0 || has(Flaw.END_BEFORE_APPLIED))
                // Else the last beat would not arrive.
                && state.get(1 - head, Head.FOLLOWS) == 1;
        if (canEnd) {
            ProtocolState found = state.copy();
            found.set(head, Head.END_MESSAGE, CURRENT);
            emit(found, Step.END_SENT, head, 0, visitor);
        }
        if (state.get(head, Head.END_MESSAGE) == CURRENT) {
            ProtocolState ended = state.copy();
            ended.set(head, Head.END_MESSAGE, 0);
            ended.set(head, Head.PHASE, ENDED);
            if (has(Flaw.UNFOLLOWED_BEFORE_CLAIM)) {
                ended.set(1 - head, Head.FOLLOWS, 0);
            }
            emit(ended, Step.ENDED, head, 0, visitor);
        }
    }

    private void phase(ProtocolState state, int head, int phase, Step step, Visitor visitor) {
        ProtocolState next = state.copy();
        next.set(head, Head.PHASE, phase);
        emit(next, step, head, 0, visitor);
    }

    // --- client transactions --------------------------------------------------------------------------------------

    private void transactions(ProtocolState state, int head, Visitor visitor) {
        switch (state.get(head, Head.TRANSACTION)) {
            case BEGUN -> {
                transaction(state, head, 0, Step.ABORTED, visitor);
                boolean isOfThisEpoch = state.get(head, Head.BEGUN_EARLIER) == 0 || has(Flaw.COMMIT_IN_LATER_EPOCH);
                if ((!hasLease(state, head) || !isOfThisEpoch) && !has(Flaw.COMMIT_UNCHECKED)) {
                    transaction(state, head, 0, Step.REFUSED, visitor);
                } else if (isCheckApart()) {
                    transaction(state, head, CHECKED, Step.CHECKED, visitor);
                } else {
                    accepted(state, head, visitor);
                }
            }
            case CHECKED -> accepted(state, head, visitor);
            default -> {
                if (hasLease(state, head) && bounds.follows(state.get(head, Head.EPOCH))) {
                    transaction(state, head, BEGUN, Step.BEGUN, visitor);
                }
            }
        }
    }

    // What may be between the check and the record is why a planned switch waits for older transactions.
    private boolean isCheckApart() {
        return has(Flaw.CHECK_BEFORE_RECORD) || !bounds.has(Detail.VOTES);
    }

    private void transaction(ProtocolState state, int head, int value, Step step, Visitor visitor) {
        ProtocolState next = state.copy();
        next.set(head, Head.TRANSACTION, value);
        if (value != CHECKED) {
            next.set(head, Head.BEGUN_EARLIER, 0);
        }
        emit(next, step, head, 0, visitor);
    }

    private void accepted(ProtocolState state, int head, Visitor visitor) {
        int other = 1 - head;
        Set<Invariant> broken = EnumSet.noneOf(Invariant.class);
        if (state.get(other, Head.EPOCH) > state.get(head, Head.EPOCH)) {
            if (state.get(other, Head.PHASE) >= OPEN) {
                broken.add(Invariant.NO_COMMIT_BESIDE_OPEN_EPOCH);
            }
            if (state.get(other, Head.PHASE) >= RECORDED) {
                broken.add(Invariant.NO_COMMIT_AFTER_RECORD);
            }
        }
        if (state.get(head, Head.BEGUN_EARLIER) == 1) {
            broken.add(Invariant.NO_COMMIT_AFTER_RECORD);
        }
        ProtocolState next = state.copy();
        next.set(head, Head.TRANSACTION, 0);
        next.set(head, Head.BEGUN_EARLIER, 0);
        next.set(head, Head.LAG, bounds.has(Detail.PLAN) ? 1 : 0);
        emit(next, Step.COMMITTED, head, 0, broken, visitor);
    }

    // --- crashes --------------------------------------------------------------------------------------------------

    private void crash(ProtocolState state, int head, Visitor visitor) {
        if (state.crashes() == bounds.crashes()) {
            return;
        }
        ProtocolState next = state.copy();
        next.countCrash();
        next.set(head, Head.TRANSACTION, 0);
        next.set(head, Head.BEGUN_EARLIER, 0);
        for (int i = 0; i < bounds.instances(); i++) {
            next.set(i, head, Pair.VOTE, 0);
        }
        emit(next, Step.HEAD_CRASHED, head, 0, visitor);
    }

    private void restarts(ProtocolState state, int i, Visitor visitor) {
        if (state.restarts() == bounds.restarts()) {
            return;
        }
        ProtocolState next = state.copy();
        next.countRestart();
        next.set(i, Instance.TURN, 0);
        next.set(i, Instance.TICKET, noTicket);
        next.set(i, Instance.MAY_LIVE, has(Flaw.RESTART_FORGETS_LIVING_VOTE) ? 0 : longestLife());
        emit(next.copy(), Step.RESTARTED_WITH_MEMORY, 0, i, visitor);
        next.set(i, Instance.KNOWN_EPOCH, 1);
        next.set(i, Instance.VOTED, 0);
        next.set(i, Instance.NEEDS_WORD, has(Flaw.RESTART_WITHOUT_WORD) ? 0 : 1);
        emit(next, Step.RESTARTED_WITHOUT_MEMORY, 0, i, visitor);
    }

    // --------------------------------------------------------------------------------------------------------------

    private static int writerOf(int epoch) {
        return epoch % 2 == 1 ? A : B;
    }

    private boolean has(Flaw flaw) {
        return flaws.contains(flaw);
    }

    private void emit(ProtocolState next, Step step, int head, int instance, Visitor visitor) {
        emit(next, step, head, instance, NOTHING, visitor);
    }

    private void emit(ProtocolState next, Step step, int head, int instance, Set<Invariant> broken, Visitor visitor) {
        boolean hasA = hasLease(next, A);
        boolean hasB = hasLease(next, B);
        Set<Invariant> all = broken;
        if (hasA && hasB) {
            all = EnumSet.of(Invariant.ONE_WRITER);
            all.addAll(broken);
        }
        int older = next.get(A, Head.EPOCH) < next.get(B, Head.EPOCH) ? A : B;
        if (older == A ? hasA : hasB) {
            all = all.isEmpty() ? EnumSet.noneOf(Invariant.class) : EnumSet.copyOf(all);
            all.add(Invariant.NO_LEASE_AFTER_CLAIM);
        }
        // Any head may vanish in any state; an open epoch whose standby is being copied is the one loss that
        // is not covered.
        if (next.get(1 - older, Head.PHASE) == ENDED && next.get(older, Head.FOLLOWS) == 0) {
            all = all.isEmpty() ? EnumSet.noneOf(Invariant.class) : EnumSet.copyOf(all);
            all.add(Invariant.SURVIVOR_GOES_ON);
        }
        visitor.visit(next, step, head, instance, all);
    }
}
