package org.holdfast.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Reads the two halves of the key that access tokens are signed with. */
final class SigningKey {
    private static final int BITS_MIN = 2048;

    private SigningKey() {}

    /**
     * The private half.
     *
     * @throws IllegalArgumentException naming key, value and what is allowed
     */
    static RSAPrivateKey read(Path file) {
        RSAPrivateKey key;
        try {
            key = (RSAPrivateKey) KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(decode(Files.readString(file), "PRIVATE KEY")));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            throw notAKey(file, unreadable);
        }
        if (key.getModulus().bitLength() < BITS_MIN) {
            throw notAKey(file, null);
        }
        return key;
    }

    private static IllegalArgumentException notAKey(Path file, @Nullable Throwable cause) {
        return refused(
                "holdfast.security.signing-key",
                file.toString(),
                "a PKCS#8 PEM file (BEGIN PRIVATE KEY) of an RSA key of at least " + BITS_MIN + " bits",
                cause);
    }

    /**
     * Checks that the server will verify with the other half: otherwise every token it issues would be refused.
     *
     * @throws IllegalArgumentException naming key, value and what is allowed
     */
    static void requireOtherHalf(RSAPrivateKey key, String location) {
        if (!location.startsWith("file:")) {
            // A key behind another kind of address is the server's to fetch.
            return;
        }
        RSAPublicKey other;
        try {
            String pem = Files.readString(
                    Path.of(location.substring("file:".length()).replaceFirst("^//", "")));
            other = (RSAPublicKey)
                    KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(decode(pem, "PUBLIC KEY")));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unreadable) {
            throw notTheOtherHalf(location, unreadable);
        }
        if (!other.getModulus().equals(key.getModulus())) {
            throw notTheOtherHalf(location, null);
        }
    }

    private static IllegalArgumentException notTheOtherHalf(String location, @Nullable Throwable cause) {
        return refused(
                "mp.jwt.verify.publickey.location",
                location,
                "an X.509 PEM file (BEGIN PUBLIC KEY) with the public half of holdfast.security.signing-key",
                cause);
    }

    private static byte[] decode(String pem, String kind) {
        String begin = "-----BEGIN " + kind + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + kind + "-----");
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("there is no " + begin);
        }
        return Base64.getMimeDecoder()
                .decode(pem.substring(from + begin.length(), to).getBytes(StandardCharsets.US_ASCII));
    }

    private static IllegalArgumentException refused(
            String key, String value, String allowed, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "configuration " + key + " = '" + value + "' is not allowed: it must be " + allowed, cause);
    }
}
