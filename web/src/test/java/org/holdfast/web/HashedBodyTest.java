package org.holdfast.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HashedBodyTest {
    private static HashedBody of(String subject, String body) {
        return new HashedBody(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), subject);
    }

    private static String hash(String subject, String body) throws IOException {
        HashedBody read = of(subject, body);
        read.readAllBytes();
        return read.hash();
    }

    @Test
    void itPassesTheBodyOnUnchanged() throws IOException {
        assertThat(of("POST a", "{\"a\":1}").readAllBytes()).asString().isEqualTo("{\"a\":1}");
    }

    @Test
    void equalRequestsHaveEqualHashesHoweverTheyAreRead() throws IOException {
        String expected = hash("POST a", "0123456789");

        HashedBody byPieces = of("POST a", "0123456789");
        assertThat(byPieces.read()).isEqualTo('0');
        assertThat(byPieces.skip(3)).isEqualTo(3);
        assertThat(byPieces.read(new byte[4], 1, 2)).isEqualTo(2);
        assertThat(byPieces.readAllBytes()).hasSize(4);

        assertThat(byPieces.hash()).hasSize(64).isEqualTo(expected);
    }

    @Test
    void anotherMethodAddressOrBodyIsAnotherRequest() throws IOException {
        assertThat(hash("POST a", "x"))
                .isNotEqualTo(hash("PUT a", "x"))
                .isNotEqualTo(hash("POST b", "x"))
                .isNotEqualTo(hash("POST a?q", "x"))
                .isNotEqualTo(hash("POST a", "y"))
                .isNotEqualTo(hash("POST a", ""));
    }
}
