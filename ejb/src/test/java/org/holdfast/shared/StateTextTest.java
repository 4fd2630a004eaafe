package org.holdfast.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StateTextTest {
    private static final List<Long> PARTS =
            List.of(0L, 1L, 9L, 10L, 255L, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1L);

    @Test
    void marksAreOrderedByEpochAndThenByUnsignedPosition() {
        Comparator<WriteMark> order = Comparator.comparing(WriteMark::epoch, Long::compareUnsigned)
                .thenComparing(WriteMark::position, Long::compareUnsigned);
        for (long epoch : PARTS) {
            for (long position : PARTS) {
                WriteMark one = new WriteMark(epoch, position);
                assertThat(StateText.mark(StateText.of(one))).isEqualTo(one);
                for (long other : PARTS) {
                    sameOrder(order, one, new WriteMark(epoch, other));
                    sameOrder(order, one, new WriteMark(other, position));
                }
            }
        }
    }

    private static void sameOrder(Comparator<WriteMark> order, WriteMark one, WriteMark other) {
        int texts = Integer.signum(StateText.of(one).compareTo(StateText.of(other)));
        assertThat(texts).as("%s %s", one, other).isEqualTo(Integer.signum(order.compare(one, other)));
    }

    @Test
    void countsAreTextsOfEqualLengthThatMergeInAnyOrder() {
        for (long count : new long[] {0, 9, 10, 999_999_999_999_999L}) {
            assertThat(StateText.count(StateText.of(count))).isEqualTo(count);
            assertThat(StateText.of(count)).hasSize(16);
        }
        assertThat(StateText.greater(StateText.of(9), StateText.of(10))).isEqualTo(StateText.of(10));
        assertThat(StateText.greater(StateText.of(10), StateText.of(9))).isEqualTo(StateText.of(10));
    }

    @Test
    void digitsAreTheSameInEveryLanguage() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(StateText.of(12)).isEqualTo("0000000000000012");
            assertThat(new StateKey("kind", "subject").text()).matches("hs:\\{[0-9]{2}}:kind:subject");
        } finally {
            Locale.setDefault(before);
        }
    }
}
