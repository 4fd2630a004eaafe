package org.holdfast.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIssuerTest {
    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");
    private static KeyPair keys;
    private static KeyPair otherKeys;

    @TempDir
    Path directory;

    @BeforeAll
    static void generate() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        keys = generator.generateKeyPair();
        otherKeys = generator.generateKeyPair();
    }

    private Path pem(String name, String kind, byte[] der) throws Exception {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(
                directory.resolve(name),
                "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }

    @Test
    void aTokenSaysWhatTheVerifierWants() throws Exception {
        Account account = new Account(UUID.randomUUID(), UUID.randomUUID(), "ann", Set.of("agent", "viewer"));
        UUID session = UUID.randomUUID();
        TokenIssuer issuer = new TokenIssuer(
                (RSAPrivateKey) keys.getPrivate(), "https://issuer", Duration.ofMinutes(15), InstantSource.fixed(NOW));

        SignedJWT token = SignedJWT.parse(issuer.issue(account, session));

        assertThat(token.verify(new RSASSAVerifier((RSAPublicKey) keys.getPublic())))
                .isTrue();
        assertThat(token.verify(new RSASSAVerifier((RSAPublicKey) otherKeys.getPublic())))
                .isFalse();
        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("https://issuer");
        assertThat(claims.getSubject()).isEqualTo(account.userId().toString());
        assertThat(claims.getStringClaim("upn")).isEqualTo("ann");
        assertThat(claims.getStringListClaim("groups")).containsExactlyInAnyOrder("agent", "viewer");
        assertThat(claims.getStringClaim("tenant")).isEqualTo(account.tenantId().toString());
        assertThat(claims.getStringClaim("sid")).isEqualTo(session.toString());
        assertThat(claims.getIssueTime()).isEqualTo(Date.from(NOW));
        assertThat(claims.getExpirationTime()).isEqualTo(Date.from(NOW.plusSeconds(900)));
        assertThat(claims.getJWTID()).isNotBlank();
    }

    @Test
    void theKeyAndItsOtherHalfAreRead() throws Exception {
        RSAPrivateKey key =
                SigningKey.read(pem("key", "PRIVATE KEY", keys.getPrivate().getEncoded()));
        Path other = pem("pub", "PUBLIC KEY", keys.getPublic().getEncoded());

        assertThat(key).isEqualTo(keys.getPrivate());
        assertThatCode(() -> SigningKey.requireOtherHalf(key, "file:" + other)).doesNotThrowAnyException();
        assertThatCode(() -> SigningKey.requireOtherHalf(key, "file://" + other))
                .doesNotThrowAnyException();
        assertThatCode(() -> SigningKey.requireOtherHalf(key, "https://keys")).doesNotThrowAnyException();
    }

    @Test
    void aFileThatIsNoKeyIsRefusedByNameAndValue() throws Exception {
        Path file = Files.writeString(directory.resolve("key"), "hello");

        assertThatThrownBy(() -> SigningKey.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holdfast.security.signing-key")
                .hasMessageContaining(file.toString())
                .hasMessageContaining("PKCS#8");
    }

    @Test
    void aPublicKeyOfAnotherPairIsRefused() throws Exception {
        Path other = pem("pub", "PUBLIC KEY", otherKeys.getPublic().getEncoded());

        assertThatThrownBy(() -> SigningKey.requireOtherHalf((RSAPrivateKey) keys.getPrivate(), "file:" + other))
                .hasMessageContaining("mp.jwt.verify.publickey.location");
    }
}
