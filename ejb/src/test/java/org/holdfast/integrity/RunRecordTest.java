package org.holdfast.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunRecordTest {
    private static RunRecord at(String table, List<String> position, boolean isTableDone) {
        return new RunRecord(new UUID(0, 1), false, "somebody", table, position, isTableDone, false);
    }

    @Test
    void aNewRunHasEveryTableAheadFromItsBeginning() {
        RunRecord run = at("", List.of(), false);

        assertThat(run.isAhead("audit.entry")).isTrue();
        assertThat(run.from("audit.entry")).isEmpty();
    }

    @Test
    void itGoesOnBehindTheLastKeyOfItsTable() {
        RunRecord run = at("memory.tag", List.of("k"), false);

        assertThat(run.isAhead("memory.agent")).isFalse();
        assertThat(run.isAhead("memory.tag")).isTrue();
        assertThat(run.from("memory.tag")).containsExactly("k");
        assertThat(run.isAhead("orchestration.run")).isTrue();
        assertThat(run.from("orchestration.run")).isEmpty();
    }

    @Test
    void aTableThatIsDoneIsNotComparedAgain() {
        RunRecord run = at("memory.tag", List.of(), true);

        assertThat(run.isAhead("memory.tag")).isFalse();
        assertThat(run.isAhead("orchestration.run")).isTrue();
    }
}
