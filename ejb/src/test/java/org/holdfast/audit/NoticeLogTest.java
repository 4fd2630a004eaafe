package org.holdfast.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.holdfast.connection.Origin;
import org.junit.jupiter.api.Test;

class NoticeLogTest {
    private final NoticeLog notices = new NoticeLog();

    private void note(String address) {
        notices.note(new Notice(
                Optional.empty(),
                "REFUSED",
                "GET /api/x",
                "no",
                "ann",
                new Origin(Origin.Source.api, "", address, "r")));
    }

    @Test
    void ofOneAddressAFewWaitAndTheOthersAreCounted() {
        for (int i = 0; i < NoticeLog.OF_ONE_MAX + 7; i++) {
            note("10.0.0.1");
        }
        note("10.0.0.2");

        NoticeLog.Batch batch = notices.take();

        assertThat(batch.notices()).hasSize(NoticeLog.OF_ONE_MAX + 1);
        assertThat(batch.more()).isEqualTo(7);
        assertThat(notices.take().isEmpty()).isTrue();
    }

    @Test
    void ofAllAddressesABoundedNumberWaits() {
        for (int i = 0; i < NoticeLog.MAX + 3; i++) {
            note("address " + i);
        }

        assertThat(notices.take().more()).isEqualTo(3);
    }

    @Test
    void whatCouldNotBeWrittenIsCounted() {
        note("10.0.0.1");
        NoticeLog.Batch batch = notices.take();

        notices.notWritten(batch);

        assertThat(notices.take()).isEqualTo(new NoticeLog.Batch(List.of(), 1));
    }
}
