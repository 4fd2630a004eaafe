package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.holdfast.topology.NodeId;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {
    private static final NodeId ONE = new NodeId("replica1");
    private static final NodeId TWO = new NodeId("replica2");
    private static final Duration BEAT = Duration.ofMillis(50);

    private final SilenceWatch watch = new SilenceWatch(List.of(ONE, TWO), Duration.ofMillis(100), 0);

    private static long at(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    private List<NodeId> beat(long millis, boolean hasWaitingReader) {
        return watch.toPing(hasWaitingReader, BEAT, at(millis));
    }

    @Test
    void nobodyIsPingedWhileNoReaderWaits() {
        assertThat(beat(50, false)).isEmpty();
        assertThat(beat(100, false)).isEmpty();
    }

    @Test
    void everyNodeIsPingedAtOnceWhenAReaderWaits() {
        beat(50, false);

        assertThat(beat(100, true)).containsExactly(ONE, TWO);
        assertThat(beat(150, true)).as("pings are under way").isEmpty();
    }

    @Test
    void aNodeThatAnswersIsNotSilentHoweverLongTheReadTakes() {
        beat(50, false);
        beat(100, true);
        watch.ended(ONE, true, at(110));
        assertThat(beat(150, true)).as("not at every beat").isEmpty();
        assertThat(beat(200, true)).containsExactly(ONE);
        watch.ended(ONE, true, at(200));
        assertThat(watch.newlySilent(at(200))).containsExactly(TWO);
        assertThat(watch.isSilent(ONE)).isFalse();
        assertThat(watch.silent()).containsExactly(TWO);
    }

    @Test
    void aSilentNodeIsPingedUntilItAnswers() {
        beat(50, false);
        beat(100, true);
        watch.ended(ONE, true, at(110));
        watch.newlySilent(at(200));
        beat(150, false);
        beat(200, false);

        assertThat(watch.ended(TWO, false, at(2100))).as("a time-out").isFalse();
        assertThat(beat(2150, false)).containsExactly(TWO);
        assertThat(watch.ended(TWO, true, at(2160))).isTrue();
        assertThat(watch.isSilent(TWO)).isFalse();
    }

    @Test
    void nobodyIsSilentWhileNobodyAnswers() {
        beat(50, false);
        beat(100, true);

        assertThat(watch.newlySilent(at(500))).isEmpty();

        watch.ended(ONE, true, at(510));

        assertThat(watch.newlySilent(at(525))).containsExactly(TWO);
    }

    @Test
    void aPingThatLeavesLateIsNoSilence() {
        beat(50, false);
        beat(100, true);
        watch.leaves(TWO, at(180));
        watch.ended(ONE, true, at(190));

        assertThat(watch.newlySilent(at(200))).isEmpty();
        assertThat(watch.newlySilent(at(280))).containsExactly(TWO);
    }

    @Test
    void aStandstillOfThisProcessIsNoSilenceOfANode() {
        beat(50, false);
        beat(100, true);
        beat(5000, true);
        watch.ended(ONE, true, at(5001));

        assertThat(watch.newlySilent(at(5010))).isEmpty();
        assertThat(watch.newlySilent(at(5100))).containsExactly(TWO);
    }
}
