package org.holdfast.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who takes part in a freeze, and who ends it. The window has 1600 nanoseconds. */
class TagFreezeTest {
    private static final String SPACE = "space";
    private static final long BEGUN = -50;

    private final CompletableFuture<Void> told = new CompletableFuture<>();
    // No region: nothing here looks at it.
    @SuppressWarnings("NullAway")
    private final TagKey tag = new TagKey(null, "tenant", "");

    private final TagFreeze freeze = new TagFreeze(tag, "change", SPACE, BEGUN, 1600, told);

    @Test
    void theLastChangeEndsIt() {
        assertThat(freeze.join(SPACE, BEGUN + 10)).isTrue();
        assertThat(freeze.leave(BEGUN + 20)).isFalse();
        assertThat(freeze.leave(BEGUN + 30)).isTrue();
        assertThat(freeze.end(BEGUN + 30)).isTrue();
        assertThat(freeze.isEnded()).isTrue();
    }

    @Test
    void whoJoinsAfterTheLastHasLeftKeepsItUntilThen() {
        assertThat(freeze.leave(BEGUN + 10)).isTrue();
        assertThat(freeze.join(SPACE, BEGUN + 20)).isTrue();
        assertThat(freeze.end(BEGUN + 30)).isFalse();
        assertThat(freeze.leave(BEGUN + 40)).isTrue();
        assertThat(freeze.end(BEGUN + 40)).isTrue();
    }

    @Test
    void nobodyJoinsWhatHasEnded() {
        freeze.leave(BEGUN + 10);
        freeze.end(BEGUN + 10);
        assertThat(freeze.join(SPACE, BEGUN + 20)).isFalse();
    }

    @Test
    void nobodyJoinsLate() {
        assertThat(freeze.join(SPACE, BEGUN + 99)).isTrue();
        assertThat(freeze.join(SPACE, BEGUN + 100)).isFalse();
    }

    @Test
    void itIsReliedOnForAnEighthOfTheWindowAndAQuarterOfASecondAtMost() {
        assertThat(freeze.isReliable(BEGUN + 199)).isTrue();
        assertThat(freeze.isReliable(BEGUN + 200)).isFalse();
        TagFreeze ofAMinute = new TagFreeze(tag, "change", SPACE, BEGUN, 60_000_000_000L, told);
        assertThat(ofAMinute.isReliable(BEGUN + 249_999_999)).isTrue();
        assertThat(ofAMinute.isReliable(BEGUN + 250_000_000)).isFalse();
    }

    @Test
    void nobodyJoinsWhatRedisHasLostOrNotTaken() {
        assertThat(freeze.join("another", BEGUN + 10)).isFalse();
        told.completeExceptionally(new IllegalStateException("no answer"));
        assertThat(freeze.join(SPACE, BEGUN + 10)).isFalse();
    }

    @Test
    void whoIsThereLongerThanTheWindowTellsItHimself() {
        freeze.join(SPACE, BEGUN + 10);
        assertThat(freeze.leave(BEGUN + 1600)).isTrue();
        assertThat(freeze.end(BEGUN + 1600)).isTrue();
        assertThat(freeze.leave(BEGUN + 1700)).isTrue();
        assertThat(freeze.end(BEGUN + 1700)).isTrue();
    }

    @Test
    void oneThatHasEndedTwiceIsToldOnce() {
        EndedFreezes ended = new EndedFreezes();
        assertThat(ended.add(List.of())).isFalse();
        assertThat(ended.add(List.of(freeze))).isTrue();
        assertThat(ended.add(List.of(freeze))).isFalse();
        assertThat(ended.take()).containsOnlyKeys(freeze.tag()).containsValue(Set.of(freeze));
        assertThat(ended.take()).isEmpty();
    }
}
