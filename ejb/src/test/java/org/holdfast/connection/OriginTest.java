package org.holdfast.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OriginTest {
    @Test
    void aCallerCannotPretendToBeSomebodyElse() {
        Origin origin = new Origin(Origin.Source.api, "agent", "10.0.0.1", "id\u001fforged");

        assertThat(origin.setting("ann\u001fadmin\n"))
                .isEqualTo("api\u001fann admin \u001fagent\u001f10.0.0.1\u001fid forged");
    }

    @Test
    void longTextsAreCut() {
        assertThat(new Origin(Origin.Source.api, "r".repeat(1_000), "", "").roles())
                .hasSize(200);
    }
}
