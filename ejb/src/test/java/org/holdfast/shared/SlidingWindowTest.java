package org.holdfast.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {
    private final SlidingWindow window = new SlidingWindow();

    private long takeAll(int count, int most, long slot) {
        long wait = 0;
        for (int i = 0; i < count; i++) {
            wait = window.take(most, slot);
        }
        return wait;
    }

    @Test
    void letsSoManyThroughAndSaysWhenTheNextMayCome() {
        assertThat(takeAll(3, 3, 100)).isZero();
        assertThat(window.take(3, 100)).isEqualTo(10);
        assertThat(window.take(3, 109)).isEqualTo(1);
        assertThat(window.take(3, 110)).isZero();
    }

    @Test
    void waitsOnlyForAsManyAsAreInTheWay() {
        takeAll(2, 9, 100);
        takeAll(7, 9, 105);

        assertThat(window.take(9, 106)).isEqualTo(4);
        assertThat(window.take(9, 110)).isZero();
    }

    @Test
    void whatIsGivenBackCountsNoMore() {
        takeAll(2, 3, 100);
        takeAll(1, 3, 104);
        window.giveBack(1, 105);

        assertThat(window.take(3, 105)).isZero();
        assertThat(window.take(3, 105)).isPositive();

        window.giveBack(Integer.MAX_VALUE, 105);
        assertThat(takeAll(3, 3, 105)).isZero();
    }

    @Test
    void moreIsGivenBackThanWasTakenWithoutHarm() {
        window.giveBack(5, 100);

        assertThat(takeAll(3, 3, 100)).isZero();
        assertThat(window.take(3, 100)).isPositive();
    }

    @Test
    void slotsBeforeTheFirstMomentAreSlotsToo() {
        assertThat(takeAll(3, 3, -2)).isZero();
        assertThat(window.take(3, 2)).isEqualTo(6);
    }

    @Test
    void neverMoreThanTheLimitInTenSlotsAndTheWaitIsExact() {
        Random random = new Random(7);
        int most = 5;
        Deque<Long> taken = new ArrayDeque<>();
        long slot = 0;
        for (int i = 0; i < 20_000; i++) {
            slot += random.nextInt(4) == 0 ? random.nextInt(6) : 0;
            long oldest = slot - SlidingWindow.SLOTS;
            taken.removeIf(each -> each <= oldest);
            long wait = window.take(most, slot);
            assertThat(wait == 0).isEqualTo(taken.size() < most);
            if (wait == 0) {
                taken.add(slot);
            } else {
                assertThat(wait).isEqualTo(taken.getFirst() + SlidingWindow.SLOTS - slot);
            }
        }
    }
}
