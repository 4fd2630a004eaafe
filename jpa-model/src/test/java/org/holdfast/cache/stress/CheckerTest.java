package org.holdfast.cache.stress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.holdfast.cache.stress.Read.Kind;
import org.holdfast.cache.stress.Violation.What;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CheckerTest {
    private static final Row ROW = new Row("Note", 1);
    private static final List<Outage> WELL = List.of();

    // Instance 0 wrote "a" at once, "b" from 10 to 20; instance 1 deleted it from 30 to 40 and wrote "c" from 50 to 60.
    private static final List<Commit> HISTORY = List.of(
            new Commit("a", 0, 0, 0),
            new Commit("b", 10, 20, 0),
            new Commit(null, 30, 40, 1),
            new Commit("c", 50, 60, 1));

    private static List<What> of(List<Outage> outages, Read read) {
        return new Checker(Map.of(ROW, HISTORY), outages)
                .check(List.of(read)).stream().map(Violation::what).toList();
    }

    private static Read read(@Nullable String value, long begun, long ended, int instance, Kind kind) {
        return new Read(ROW, value, begun, ended, instance, kind);
    }

    @Test
    void aReadBeforeDuringAndAfterACommitMayShowWhatWasCommitted() {
        assertThat(of(WELL, read("a", 5, 6, 0, Kind.TOLD))).isEmpty();
        assertThat(of(WELL, read("a", 15, 25, 0, Kind.TOLD))).isEmpty();
        assertThat(of(WELL, read("b", 5, 12, 0, Kind.TOLD))).isEmpty();
        assertThat(of(WELL, read("b", 21, 22, 1, Kind.TOLD))).isEmpty();
        assertThat(of(WELL, read("c", 70, 71, 0, Kind.TOLD))).isEmpty();
    }

    @Test
    void aReadThatBeganAfterACommitAndShowsWhatWasBeforeIsStale() {
        assertThat(of(WELL, read("a", 21, 22, 0, Kind.OWN))).containsExactly(What.OWN_WRITE_MISSED);
        assertThat(of(WELL, read("a", 21, 22, 1, Kind.TOLD))).containsExactly(What.TOLD_WRITE_MISSED);
        assertThat(of(WELL, read("b", 61, 62, 0, Kind.TOLD))).containsExactly(What.TOLD_WRITE_MISSED);
    }

    @Test
    void whatAnotherInstanceCommittedNeedsAToken() {
        assertThat(of(WELL, read("a", 21, 22, 1, Kind.OWN))).isEmpty();
        assertThat(of(WELL, read("b", 61, 62, 0, Kind.OWN))).isEmpty();
        assertThat(of(WELL, read("b", 61, 62, 1, Kind.OWN))).containsExactly(What.OWN_WRITE_MISSED);
    }

    @Test
    void aRowThatIsStillSeenAfterItsDeletionIsStale() {
        assertThat(of(WELL, read("b", 41, 45, 1, Kind.OWN))).containsExactly(What.OWN_WRITE_MISSED);
        assertThat(of(WELL, read(null, 41, 45, 1, Kind.OWN))).isEmpty();
        assertThat(of(WELL, read(null, 61, 65, 1, Kind.OWN))).containsExactly(What.OWN_WRITE_MISSED);
    }

    @Test
    void anEventualReadMayBeOldButNotInvented() {
        assertThat(of(WELL, read("a", 90, 91, 0, Kind.EVENTUAL))).isEmpty();
        assertThat(of(WELL, read("d", 90, 91, 0, Kind.EVENTUAL))).containsExactly(What.NEVER_COMMITTED);
        assertThat(of(WELL, read(null, 21, 22, 0, Kind.EVENTUAL))).containsExactly(What.NEVER_COMMITTED);
    }

    @Test
    void aValueBeforeItsCommitBeganIsNotCommitted() {
        assertThat(of(WELL, read("b", 1, 5, 0, Kind.TOLD))).containsExactly(What.NEVER_COMMITTED);
    }

    @Test
    void aCommitThatWasToldAsFailedIsNeverDue() {
        Checker checker = new Checker(
                Map.of(ROW, List.of(new Commit("a", 0, 0, 0), new Commit("b", 10, Long.MAX_VALUE, 0))), WELL);
        assertThat(checker.check(List.of(read("a", 90, 91, 0, Kind.OWN), read("b", 90, 91, 0, Kind.OWN))))
                .isEmpty();
    }

    @Test
    void anOutageExcusesATokenButNoOwnWriteAndNothingInvented() {
        List<Outage> outage = List.of(new Outage("flush", 15, 30));
        assertThat(of(outage, read("a", 21, 22, 1, Kind.TOLD))).containsExactly(What.TOLD_WRITE_MISSED_IN_OUTAGE);
        assertThat(of(outage, read("a", 21, 22, 0, Kind.OWN))).containsExactly(What.OWN_WRITE_MISSED);
        assertThat(of(outage, read("d", 21, 22, 0, Kind.TOLD))).containsExactly(What.NEVER_COMMITTED);
        assertThat(of(outage, read("b", 61, 62, 1, Kind.TOLD))).containsExactly(What.TOLD_WRITE_MISSED);
    }
}
