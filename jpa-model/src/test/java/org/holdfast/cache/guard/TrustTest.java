package org.holdfast.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrustTest {
    private final Trust trust = new Trust(3, 100);

    @Test
    void itHoldsForTheLeaseFromTheMomentTheProbeWasSent() {
        assertThat(trust.holds(0)).isFalse();
        trust.grant(10, trust.withdrawals());
        assertThat(trust.holds(109)).isTrue();
        assertThat(trust.holds(110)).isFalse();
        assertThat(trust.isGranted()).isTrue();
    }

    @Test
    void threeFailuresInARowWithdrawIt() {
        trust.grant(0, trust.withdrawals());
        assertThat(trust.failed()).isFalse();
        assertThat(trust.failed()).isFalse();
        trust.succeeded();
        assertThat(trust.failed()).isFalse();
        assertThat(trust.failed()).isFalse();
        assertThat(trust.failed()).isTrue();
        assertThat(trust.holds(1)).isFalse();
    }

    @Test
    void aProbeThatBeganBeforeTheWithdrawalGrantsNothing() {
        long before = trust.withdrawals();
        trust.withdraw();
        assertThat(trust.grant(0, before)).isFalse();
        assertThat(trust.holds(0)).isFalse();
        assertThat(trust.grant(0, trust.withdrawals())).isTrue();
    }

    @Test
    void itCoversWhatWasSentBeforeItsProbeAndNothingWhileWithdrawn() {
        assertThat(trust.covers(0)).isFalse();
        trust.grant(10, trust.withdrawals());
        assertThat(trust.covers(10)).isTrue();
        assertThat(trust.covers(11)).isFalse();
        trust.withdraw();
        assertThat(trust.covers(0)).isFalse();
    }

    @Test
    void messagesBetweenProbesAreHeardUnlessTrustWasWithdrawn() {
        long before = trust.withdrawals();
        trust.heard(5, before);
        assertThat(trust.hasHeard(5)).as("before trust was granted").isFalse();
        trust.grant(10, before);
        assertThat(trust.hasHeard(10)).isTrue();
        assertThat(trust.hasHeard(20)).isFalse();
        trust.heard(20, before);
        assertThat(trust.hasHeard(20)).isTrue();
        assertThat(trust.covers(20))
                .as("nothing but a probe looks into the rows")
                .isFalse();
        trust.heard(15, before);
        assertThat(trust.hasHeard(20))
                .as("messages may be heard of out of order")
                .isTrue();

        trust.withdraw();
        assertThat(trust.hasHeard(5)).isFalse();
        trust.heard(30, before);
        trust.grant(25, trust.withdrawals());
        assertThat(trust.hasHeard(26)).as("sent before the withdrawal").isFalse();
    }
}
