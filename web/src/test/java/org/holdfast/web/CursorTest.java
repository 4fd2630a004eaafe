package org.holdfast.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
    private static final UUID ID = UUID.fromString("01900000-0000-7000-8000-00000000abcd");

    private static Paging paging(@Nullable String limit, @Nullable String cursor) {
        return new Paging(limit, cursor);
    }

    @Test
    void aCursorComesBackAsItsKey() {
        assertThat(Cursor.id(Cursor.after(ID))).isEqualTo(ID);
        assertThat(Cursor.number(Cursor.after(41))).isEqualTo(41);
    }

    @Test
    void aListBeginsAtItsBeginning() {
        assertThat(paging(null, null).afterId()).isEqualTo(new UUID(0, 0));
        assertThat(paging(null, null).fromNumber()).isZero();
        assertThat(paging(null, Cursor.after(41)).fromNumber()).isEqualTo(42);
    }

    @Test
    void theGreatestNumberDoesNotOverflow() {
        assertThat(paging(null, Cursor.after(Integer.MAX_VALUE)).fromNumber()).isEqualTo(Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "' or 1=1 --", "AAAA", "AQAAAAAAAAAAAAAAAAAAAAAA", "Av____8", "$.a"})
    void aBadCursorIsRefused(String cursor) {
        assertThatThrownBy(() -> paging(null, cursor).afterId())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().status()).isEqualTo(400));
        assertThatThrownBy(() -> paging(null, cursor).fromNumber()).isInstanceOf(ProblemException.class);
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        assertThatThrownBy(() -> paging(null, Cursor.after(1)).afterId()).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> paging(null, Cursor.after(ID)).fromNumber()).isInstanceOf(ProblemException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "501", "1000000", "99999999999", "x", "", "1.0", " 1"})
    void aLimitOutOfRangeIsRefused(String limit) {
        assertThatThrownBy(() -> paging(limit, null).limit()).hasMessageContaining("1 to 500");
    }

    @Test
    void aPageTellsWhetherThereIsAnother() {
        Paging two = paging("2", null);

        assertThat(two.read()).isEqualTo(3);
        assertThat(Page.of(List.of("a", "b", "c"), two, "after "::concat))
                .isEqualTo(new Page<>(List.of("a", "b"), "after b"));
        assertThat(Page.of(List.of("a", "b"), two, "after "::concat)).isEqualTo(new Page<>(List.of("a", "b"), null));
    }
}
