package org.holdfast.failover;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How this instance stands with the head that takes the writes: whether it may vote for it, the ticket for its next vote,
 * when its last vote is certainly dead, and whether the head is lost. Moments are of {@link System#nanoTime()}. Thread-safe.
 */
final class Standing {
    private static final int REFUSALS_MIN = 2;
    // A beat that came late was late because this process stood still: that is no silence of the head.
    private static final Duration BEAT_MAX = Duration.ofMillis(100);

    private final FailoverConfig config;
    private final VoteMemory memory;
    private long epoch;
    private boolean mayVote;
    private @Nullable String ticket;
    private long lastTicketNanos;
    private boolean isAnswering = true;
    private int refusals;
    private Duration silentFor = Duration.ZERO;
    private long lastBeatNanos;

    /** Votes of an earlier life of this instance die like its own. */
    Standing(FailoverConfig config, VoteMemory memory, long startedNanos) {
        this.config = config;
        this.memory = memory;
        this.lastTicketNanos = startedNanos;
        this.lastBeatNanos = startedNanos;
    }

    /**
     * Begins a renewal, which counts as unanswered from here on.
     *
     * @return the ticket to vote with; empty to ask for one only, which is no vote
     */
    synchronized Optional<String> begin(long wantedEpoch, long nanos) {
        if (wantedEpoch != epoch) {
            epoch = wantedEpoch;
            mayVote = memory.promised()
                    .filter(promised -> promised <= wantedEpoch)
                    .isPresent();
            ticket = null;
            refusals = 0;
            silentFor = Duration.ZERO;
            lastBeatNanos = nanos;
        }
        isAnswering = false;
        return Optional.ofNullable(mayVote ? ticket : null);
    }

    synchronized void answered(long answeredEpoch, String newTicket, long nanos) {
        if (answeredEpoch == epoch) {
            ticket = newTicket;
            lastTicketNanos = nanos;
            isAnswering = true;
            refusals = 0;
            silentFor = Duration.ZERO;
        }
    }

    /** The head answered, if not with a ticket: whatever is wrong, it is not lost. */
    synchronized void alive(long aliveEpoch) {
        if (aliveEpoch == epoch) {
            refusals = 0;
            silentFor = Duration.ZERO;
        }
    }

    /** The head said, quickly, that nobody serves there. */
    synchronized void refused(long refusedEpoch) {
        if (refusedEpoch == epoch) {
            refusals++;
        }
    }

    /** Lets time pass; to be called several times within {@code silence}. */
    synchronized void beat(long nanos) {
        Duration passed = Duration.ofNanos(nanos - lastBeatNanos);
        lastBeatNanos = nanos;
        if (!isAnswering) {
            silentFor = silentFor.plus(passed.compareTo(BEAT_MAX) < 0 ? passed : BEAT_MAX);
        }
    }

    /** Why the epoch's writer is taken for lost; empty while it is not, or this instance's last vote may be alive. */
    synchronized Optional<String> whyLost(long askedEpoch, long nanos) {
        if (askedEpoch != epoch || isAnswering || !isVoteDead(nanos)) {
            return Optional.empty();
        }
        if (refusals >= REFUSALS_MIN) {
            return Optional.of("it refuses connections");
        }
        return silentFor.compareTo(config.silence()) >= 0
                ? Optional.of("it has been silent for " + silentFor.toMillis() + " ms")
                : Optional.empty();
    }

    private boolean isVoteDead(long nanos) {
        return nanos - lastTicketNanos >= config.voteLife().toNanos();
    }

    /**
     * Promises the epoch after this one and votes no more for this. A renewal that is under way carries a ticket that is
     * dead by now.
     *
     * @return false when a vote may be alive after all, or the epoch is another by now; nothing was promised then
     */
    synchronized boolean giveUp(long lostEpoch, long nanos) {
        if (lostEpoch != epoch || !isVoteDead(nanos)) {
            return false;
        }
        mayVote = false;
        memory.promise(lostEpoch + 1);
        return true;
    }

    /** Whether the last renewal was answered. */
    synchronized boolean isAnswering() {
        return isAnswering;
    }

    /** Whether the epoch's head answers and waits for a vote that this instance has not been allowed yet. */
    synchronized boolean wantsToVote(long askedEpoch) {
        return askedEpoch == epoch && !mayVote && isAnswering;
    }

    /** Lets this instance vote for an epoch: no promise of a later one is anywhere. */
    synchronized void allow(long allowedEpoch) {
        if (allowedEpoch == epoch) {
            memory.promise(allowedEpoch);
            mayVote = true;
        }
    }
}
