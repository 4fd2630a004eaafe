package org.holdfast.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A refresh token: a part that names the session and stays, and a part that every use replaces. Only somebody who once held
 * a token of the session knows the first part, so nobody else can have the session revoked by guessing.
 */
record RefreshToken(String family, String current) {
    private static final Pattern TEXT = Pattern.compile("([A-Za-z0-9_-]{43})\\.([A-Za-z0-9_-]{43})");
    private static final int PART_BYTES = 32;

    static RefreshToken first(SecureRandom random) {
        return new RefreshToken(randomPart(random), randomPart(random));
    }

    /** Reads the notation of {@link #text()}; empty when it is something else. */
    static Optional<RefreshToken> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches() ? Optional.of(new RefreshToken(matcher.group(1), matcher.group(2))) : Optional.empty();
    }

    RefreshToken next(SecureRandom random) {
        return new RefreshToken(family, randomPart(random));
    }

    String text() {
        return family + "." + current;
    }

    byte[] familyHash() {
        return sha256(family);
    }

    byte[] currentHash() {
        return sha256(current);
    }

    @Override
    public String toString() {
        return "(hidden)";
    }

    private static String randomPart(SecureRandom random) {
        byte[] bytes = new byte[PART_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    // 256 random bits need no slow hash.
    private static byte[] sha256(String part) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(part.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
