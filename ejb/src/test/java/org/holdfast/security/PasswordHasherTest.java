package org.holdfast.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PasswordHasherTest {
    private final PasswordHasher hasher = new PasswordHasher(1, Duration.ofSeconds(5));

    @Test
    void aPasswordMatchesItsOwnHashOnly() {
        String encoded = hasher.hash("correct horse \uD83D\uDC0E");

        assertThat(encoded).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(hasher.matches("correct horse \uD83D\uDC0E", encoded)).isTrue();
        assertThat(hasher.matches("correct horse", encoded)).isFalse();
    }

    @Test
    void equalPasswordsHaveDifferentHashes() {
        assertThat(hasher.hash("same")).isNotEqualTo(hasher.hash("same"));
    }

    // A test vector of the algorithm's reference implementation: $ echo -n password | argon2 somesalt -id -t 2 -k 65536
    // -p 1
    @Test
    void hashesOfOtherProgramsAndParametersAreUnderstood() {
        String encoded = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(hasher.matches("password", encoded)).isTrue();
        assertThat(hasher.matches("Password", encoded)).isFalse();
    }

    @Test
    void nobodysHashCostsTheSameAndNeverMatches() {
        assertThat(hasher.nobody()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(hasher.matches("", hasher.nobody())).isFalse();
    }

    @Test
    void aStoredHashOfAnotherKindIsAnErrorAndNotAWrongPassword() {
        assertThatThrownBy(() -> hasher.matches("x", "$2a$10$abc")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whoCannotHaveATurnInTimeIsToldSo() {
        PasswordHasher full = new PasswordHasher(0, Duration.ZERO);

        assertThatThrownBy(() -> full.hash("x"))
                .isInstanceOfSatisfying(
                        LoginException.class, busy -> assertThat(busy.reason()).isEqualTo(LoginException.Reason.BUSY));
    }
}
