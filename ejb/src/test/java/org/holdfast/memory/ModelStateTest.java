package org.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelStateTest {
    private static final UUID FIRST = UUID.fromString("00000000-0000-7000-8000-000000000001");
    private static final UUID SECOND = UUID.fromString("7fffffff-ffff-7000-8000-000000000000");
    // For Java these two are negative.
    private static final UUID THIRD = UUID.fromString("80000000-0000-7000-0000-000000000000");
    private static final UUID LAST = UUID.fromString("80000000-0000-7000-8000-000000000000");

    private static ModelState at(UUID tenant) {
        return new ModelState("old", Optional.of("new"), Optional.of(tenant));
    }

    @Test
    void whileNothingChangesThereIsOneModel() {
        ModelState state = new ModelState("old", Optional.empty(), Optional.empty());

        assertThat(state.isChanging()).isFalse();
        assertThat(state.modelOf(FIRST)).isEqualTo("old");
        assertThat(state.isMixed(FIRST)).isFalse();
    }

    @Test
    void whileVectorsAreMadeThePresentModelIsTheOne() {
        ModelState state = new ModelState("old", Optional.of("new"), Optional.empty());

        assertThat(state.isChanging()).isTrue();
        assertThat(state.modelOf(LAST)).isEqualTo("old");
        assertThat(state.isMixed(LAST)).isFalse();
    }

    @Test
    void tenantsHaveTheirTurnInTheOrderOfPostgreSql() {
        ModelState state = at(THIRD);

        assertThat(state.modelOf(FIRST)).isEqualTo("new");
        assertThat(state.modelOf(SECOND)).isEqualTo("new");
        assertThat(state.modelOf(THIRD)).isEqualTo("new");
        assertThat(state.modelOf(LAST)).isEqualTo("old");
        assertThat(at(FIRST).modelOf(SECOND)).isEqualTo("old");
    }

    @Test
    void onlyTheTenantWhoseTurnItIsHasVectorsOfBoth() {
        assertThat(at(SECOND).isMixed(SECOND)).isTrue();
        assertThat(at(SECOND).isMixed(FIRST)).isFalse();
        assertThat(at(SECOND).isMixed(THIRD)).isFalse();
    }

    @Test
    void noTenantHasItsTurnWithoutAnotherModel() {
        assertThatThrownBy(() -> new ModelState("old", Optional.empty(), Optional.of(FIRST)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
