package org.holdfast.cache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RegionEpochTest {
    @Test
    void whatIsWrittenIsRead() {
        RegionEpoch epoch = new RegionEpoch("56.x.6", 12, 34);
        assertThat(RegionEpoch.parse(epoch.text())).contains(epoch);
        assertThat(RegionEpoch.parse("x:1")).isEmpty();
        assertThat(RegionEpoch.parse("x:1:y")).isEmpty();
    }

    @Test
    void anEpochOfAnInstanceOfBeforeIsReadAndHasNoOrder() {
        assertThat(new RegionEpoch("56.x.6", 12, 34).order()).isEqualTo(56);
        assertThat(RegionEpoch.parse("0e8b5a3c-5f64-4a0e.6:12:34").orElseThrow().order())
                .isZero();
    }

    @Test
    void theOrderOfWrittenVersionsIsTheOrderOfVersions() {
        long[] versions = {Versions.BELOW_ALL, -1, Versions.NONE, 1, 1L << 33, Versions.ABOVE_ALL};
        for (int each = 1; each < versions.length; each++) {
            byte[] lower = Versions.bytes(versions[each - 1]);
            byte[] higher = Versions.bytes(versions[each]);
            assertThat(Arrays.compareUnsigned(lower, higher)).isNegative();
            assertThat(Versions.read(higher, 0)).isEqualTo(versions[each]);
        }
        assertThat(Versions.after(Versions.ABOVE_ALL)).isEqualTo(Versions.ABOVE_ALL);
    }
}
