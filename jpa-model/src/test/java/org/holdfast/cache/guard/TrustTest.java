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
}
