package org.holdfast.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id hashes in the PHC notation, which carries its own parameters, so that old hashes stay good when the parameters
 * grow. Only a few run at once, because each takes 19 MiB: a burst of log-ins waits instead of filling the heap.
 * Thread-safe.
 */
final class PasswordHasher {
    private static final int MEMORY_KIB = 19 * 1024;
    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=([0-9]{1,7}),t=([0-9]{1,2}),p=([0-9]{1,2})"
                    + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();

    private final SecureRandom random = new SecureRandom();
    private final Semaphore turns;
    private final Duration waitMax;
    private final String nobody;

    /**
     * A hasher.
     *
     * @param atOnce how many hashes may be computed at the same time
     * @param waitMax how long a caller waits for its turn
     */
    PasswordHasher(int atOnce, Duration waitMax) {
        this.turns = new Semaphore(atOnce, true);
        this.waitMax = waitMax;
        this.nobody = encode(randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));
    }

    /**
     * Hashes a new password.
     *
     * @throws LoginException (busy) when its turn did not come in time
     */
    String hash(String password) {
        byte[] salt = randomBytes(SALT_BYTES);
        return encode(salt, inTurn(password, salt, MEMORY_KIB, PASSES, LANES, HASH_BYTES));
    }

    /**
     * Whether the password is the one that was hashed. The comparison takes the same time wherever the two differ.
     *
     * @throws LoginException (busy) when its turn did not come in time
     */
    boolean matches(String password, String encoded) {
        Matcher phc = PHC.matcher(encoded);
        if (!phc.matches()) {
            throw new IllegalArgumentException("a stored password hash is not in Argon2id's notation");
        }
        byte[] expected = Base64.getDecoder().decode(phc.group(5));
        byte[] computed = inTurn(
                password,
                Base64.getDecoder().decode(phc.group(4)),
                Integer.parseInt(phc.group(1)),
                Integer.parseInt(phc.group(2)),
                Integer.parseInt(phc.group(3)),
                expected.length);
        return MessageDigest.isEqual(expected, computed);
    }

    /** A hash that no password has: checking against it costs as much as checking against a user's. */
    String nobody() {
        return nobody;
    }

    private byte[] inTurn(String password, byte[] salt, int memoryKib, int passes, int lanes, int bytes) {
        try {
            if (!turns.tryAcquire(waitMax.toNanos(), TimeUnit.NANOSECONDS)) {
                throw LoginException.busy();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw LoginException.busy();
        }
        try {
            return argon2id(password, salt, memoryKib, passes, lanes, bytes);
        } finally {
            turns.release();
        }
    }

    private static byte[] argon2id(String password, byte[] salt, int memoryKib, int passes, int lanes, int bytes) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[bytes];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private static String encode(byte[] salt, byte[] hash) {
        return "$argon2id$v=19$m=" + MEMORY_KIB + ",t=" + PASSES + ",p=" + LANES + "$" + ENCODER.encodeToString(salt)
                + "$" + ENCODER.encodeToString(hash);
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
