package org.holdfast.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTokenTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void aTokenIsReadBack() {
        RefreshToken token = RefreshToken.first(random);

        assertThat(RefreshToken.parse(token.text())).contains(token);
    }

    @Test
    void theNextTokenNamesTheSameSessionAndIsAnother() {
        RefreshToken first = RefreshToken.first(random);
        RefreshToken next = first.next(random);

        assertThat(next.familyHash()).isEqualTo(first.familyHash());
        assertThat(next.currentHash()).isNotEqualTo(first.currentHash());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.b", "' or 1=1 --"})
    void whatIsNoTokenIsNotLookedUp(String text) {
        assertThat(RefreshToken.parse(text)).isEmpty();
    }

    @Test
    void aTokenDoesNotAppearInALog() {
        RefreshToken token = RefreshToken.first(random);

        assertThat(token.toString()).doesNotContain(token.current()).doesNotContain(token.family());
    }
}
