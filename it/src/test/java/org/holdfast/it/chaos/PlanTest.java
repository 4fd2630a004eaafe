package org.holdfast.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final List<FaultKind> ALL = Arrays.asList(FaultKind.values());

    @Test
    void theSeedDecidesEverything() {
        Plan one = Plan.of(42, Duration.ofSeconds(60), ALL);

        assertThat(Plan.of(42, Duration.ofSeconds(60), ALL)).isEqualTo(one);
        assertThat(Plan.of(43, Duration.ofSeconds(60), ALL)).isNotEqualTo(one);
        assertThat(one.steps()).hasSizeGreaterThan(5);
    }

    @Test
    void thereIsAlwaysAFault() {
        assertThat(Plan.of(1, Duration.ofSeconds(1), ALL).steps()).hasSize(1);
    }

    @Test
    void theApplicationDiesOnceInEachStep() {
        assertThat(Plan.ofEachStep())
                .doesNotHaveDuplicates()
                .hasSameSizeAs(SwitchStep.values())
                .allSatisfy(plan -> assertThat(plan.steps()).hasSize(1));
    }

    @Test
    void everyFaultHasANameOfItsOwn() {
        assertThat(FaultKind.labels()).doesNotHaveDuplicates();
        ALL.forEach(kind -> assertThat(FaultKind.named(kind.label())).isEqualTo(kind));
        assertThatThrownBy(() -> FaultKind.named("earthquake")).hasMessageContaining("kill-replica");
    }
}
