package org.holdfast.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class CountedBodyTest {
    private static CountedBody body(int bytes, long bytesMax) {
        return new CountedBody(new ByteArrayInputStream(new byte[bytes]), bytesMax);
    }

    @Test
    void aBodyOfTheGreatestLengthIsRead() throws IOException {
        try (CountedBody body = body(10, 10)) {
            assertThat(body.readAllBytes()).hasSize(10);
        }
    }

    @Test
    void oneByteMoreIsTooLargeHoweverItIsRead() throws IOException {
        try (CountedBody whole = body(11, 10);
                CountedBody skipped = body(11, 10);
                CountedBody single = body(1, 0)) {
            assertThatThrownBy(whole::readAllBytes)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().status()).isEqualTo(413));
            assertThatThrownBy(() -> skipped.skip(11)).isInstanceOf(ProblemException.class);
            assertThatThrownBy(single::read).isInstanceOf(ProblemException.class);
        }
    }
}
