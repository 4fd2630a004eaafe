package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.holdfast.connection.ErrorCategory;
import org.holdfast.connection.RefusedException;
import org.junit.jupiter.api.Test;

class EmbedAnewTest {
    private static final ModelState STEADY = new ModelState("old", Optional.empty(), Optional.empty());

    private static void isRefused(
            ModelState state, List<String> known, String wanted, ErrorCategory category, String why) {
        assertThatThrownBy(() -> EmbedAnew.requireWanted(state, known, wanted))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.category()).isEqualTo(category))
                .hasMessageContaining(why);
    }

    @Test
    void theOtherConfiguredModelMayTakeThePlace() {
        assertThatCode(() -> EmbedAnew.requireWanted(STEADY, List.of("old", "new"), "new"))
                .doesNotThrowAnyException();
        // Whoever has moved the configuration too early.
        assertThatCode(() -> EmbedAnew.requireWanted(STEADY, List.of("new"), "new"))
                .doesNotThrowAnyException();
    }

    @Test
    void withoutAnotherModelItIsRefusedNamingTheSetting() {
        isRefused(STEADY, List.of("old"), "new", ErrorCategory.CONFLICT, "holdfast.memory.next-embedder");
        isRefused(STEADY, List.of("old"), "old", ErrorCategory.CONFLICT, "no other model is configured");
    }

    @Test
    void anotherNameIsRefusedNamingTheRightOne() {
        isRefused(STEADY, List.of("old", "new"), "old", ErrorCategory.VALIDATION, "confirm must be 'new'");
        isRefused(STEADY, List.of("old", "new"), "newer", ErrorCategory.VALIDATION, "confirm must be 'new'");
    }

    @Test
    void aChangeWhoseVectorsAreInUseComesToItsEndFirst() {
        ModelState replacing = new ModelState("old", Optional.of("new"), Optional.of(new UUID(0, 1)));

        isRefused(replacing, List.of("old", "newer"), "newer", ErrorCategory.CONFLICT, "'new'; that must come");
        assertThatCode(() -> EmbedAnew.requireWanted(replacing, List.of("old", "new"), "new"))
                .doesNotThrowAnyException();
    }

    @Test
    void aChangeOfWhichNothingIsInUseYetMayBeGivenUpForAnother() {
        ModelState making = new ModelState("old", Optional.of("new"), Optional.empty());

        assertThatCode(() -> EmbedAnew.requireWanted(making, List.of("old", "newer"), "newer"))
                .doesNotThrowAnyException();
    }
}
