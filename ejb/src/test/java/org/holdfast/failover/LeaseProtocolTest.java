package org.holdfast.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.holdfast.failover.Bounds.Detail.DRIFT;
import static org.holdfast.failover.Bounds.Detail.LAST_EPOCH;
import static org.holdfast.failover.Bounds.Detail.LATE_VOTES;
import static org.holdfast.failover.Bounds.Detail.PLAN;
import static org.holdfast.failover.Bounds.Detail.TRANSACTIONS;
import static org.holdfast.failover.Bounds.Detail.VOTES;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every state that the lease protocol can reach within small bounds, with and without each of its rules. */
class LeaseProtocolTest {
    /** An exploration and how many states it has: a model that lost most of its states would prove nothing. */
    private record Explored(Bounds bounds, int states) {}

    private static final Bounds ONE_INSTANCE =
            new Bounds(1, 3, 2, 1, 1, EnumSet.of(VOTES, LATE_VOTES, TRANSACTIONS, DRIFT, LAST_EPOCH));
    private static final Bounds PLANNED_ONLY = new Bounds(1, 4, 2, 2, 1, EnumSet.of(PLAN, TRANSACTIONS, LAST_EPOCH));
    private static final Bounds TWO_INSTANCES = new Bounds(2, 2, 2, 1, 1, EnumSet.of(VOTES, TRANSACTIONS));

    // The counts stand in docs/adr/0009-lease-and-epoch.md too.
    private static final List<Explored> EXPLORED = List.of(
            new Explored(ONE_INSTANCE, 325_280),
            new Explored(new Bounds(1, 3, 1, 1, 1, EnumSet.of(VOTES, PLAN, TRANSACTIONS, LAST_EPOCH)), 351_180),
            new Explored(PLANNED_ONLY, 449_362),
            new Explored(new Bounds(2, 2, 1, 1, 1, EnumSet.of(VOTES, LATE_VOTES, DRIFT, TRANSACTIONS)), 169_760),
            new Explored(new Bounds(2, 2, 2, 1, 2, EnumSet.of(VOTES, DRIFT, TRANSACTIONS)), 56_148),
            new Explored(new Bounds(2, 3, 2, 1, 1, EnumSet.of(VOTES)), 155_958),
            new Explored(new Bounds(2, 2, 1, 1, 1, EnumSet.of(VOTES, PLAN, TRANSACTIONS)), 93_036),
            new Explored(new Bounds(3, 2, 1, 1, 2, EnumSet.of(VOTES, TRANSACTIONS)), 410_604),
            new Explored(new Bounds(3, 2, 2, 1, 1, EnumSet.of(VOTES)), 170_272));

    @Test
    void noReachableStateBreaksAnInvariant(TestReporter reporter) {
        Set<Step> taken = EnumSet.noneOf(Step.class);
        for (Explored explored : EXPLORED) {
            LeaseProtocol protocol = new LeaseProtocol(explored.bounds(), Set.of());

            Exploration.Outcome outcome = new Exploration(protocol, EnumSet.allOf(Invariant.class), true).run();

            reporter.publishEntry(explored.bounds().toString(), outcome.states() + " states, depth " + outcome.depth());
            assertThat(outcome.broken()).as("%s", explored.bounds()).isEmpty();
            assertThat(outcome.states()).as("states of %s", explored.bounds()).isEqualTo(explored.states());
            taken.addAll(outcome.steps());
        }
        assertThat(taken).containsExactlyInAnyOrder(Step.values());
    }

    @ParameterizedTest
    @EnumSource
    void eachRuleIsNeeded(Flaw flaw, TestReporter reporter) {
        LeaseProtocol protocol = new LeaseProtocol(boundsThatShow(flaw), Set.of(flaw));
        Set<Invariant> harm = EnumSet.of(
                Invariant.NO_COMMIT_BESIDE_OPEN_EPOCH,
                Invariant.NO_COMMIT_AFTER_RECORD,
                Invariant.PLANNED_SWITCH_LOSES_NOTHING,
                Invariant.SURVIVOR_GOES_ON);

        Exploration.Outcome outcome = new Exploration(protocol, harm, false).run();

        assertThat(outcome.broken())
                .as("what %s breaks, within %d states", flaw, outcome.states())
                .isPresent();
        reporter.publishEntry(flaw.name(), outcome.broken().get().toString());
    }

    private static Bounds boundsThatShow(Flaw flaw) {
        return switch (flaw) {
            case VOTE_COUNTS_FROM_DELIVERY,
                    VOTE_BESIDE_LIVING_VOTE,
                    NO_MARGIN,
                    RESTART_FORGETS_LIVING_VOTE,
                    RESTART_WITHOUT_WORD,
                    RENEWAL_BESIDE_VOTE,
                    WITHDRAWAL_AFTER_CLAIM,
                    LATE_VOTE_COUNTS,
                    COMMIT_UNCHECKED,
                    CHECK_BEFORE_RECORD -> ONE_INSTANCE;
            case COMMIT_IN_LATER_EPOCH -> new Bounds(1, 3, 1, 0, 0, EnumSet.of(VOTES, TRANSACTIONS, LAST_EPOCH));
            case CLAIM_BY_HALF -> TWO_INSTANCES;
            case LEASE_BY_FEWER -> new Bounds(3, 2, 1, 0, 0, EnumSet.of(VOTES, TRANSACTIONS));
            case END_BEFORE_TRANSACTIONS,
                    END_BEFORE_APPLIED,
                    LATE_END_COUNTS,
                    CLAIM_BEFORE_END,
                    UNFOLLOWED_BEFORE_CLAIM -> PLANNED_ONLY;
        };
    }
}
