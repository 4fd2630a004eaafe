package org.holdfast.chain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The head of a chain at a moment, signed with Ed25519, so that it proves what the chain was also where it is kept elsewhere.
 *
 * @param atMicros when, in microseconds since 1970
 * @param keyId which key signed it, see {@link AnchorKey#idOf(byte[])}
 */
@SuppressWarnings("ArrayRecordComponent")
public record Anchor(UUID tenant, long sequence, byte[] hash, long atMicros, String keyId, byte[] signature) {
    private static final byte[] FORMAT = "holdfast-anchor-1".getBytes(StandardCharsets.US_ASCII);

    /** What is signed. */
    public static byte[] message(UUID tenant, long sequence, byte[] hash, long atMicros, String keyId) {
        byte[] key = keyId.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(FORMAT.length + 4 * Long.BYTES + Integer.BYTES * 2 + hash.length + key.length)
                .put(FORMAT)
                .putLong(tenant.getMostSignificantBits())
                .putLong(tenant.getLeastSignificantBits())
                .putLong(sequence)
                .putLong(atMicros)
                .putInt(hash.length)
                .put(hash)
                .putInt(key.length)
                .put(key)
                .array();
    }

    byte[] message() {
        return message(tenant, sequence, hash, atMicros, keyId);
    }
}
