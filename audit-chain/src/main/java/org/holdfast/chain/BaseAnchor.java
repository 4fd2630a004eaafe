package org.holdfast.chain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a chain begins, because the entries before were taken out of the trail. It is signed as what it is: a signed head would
 * not do, because there is one for every second, and whoever removes the beginning could name any of them. What it is made of
 * is not copied.
 *
 * @param sequence of the last entry that is gone, with all before it
 * @param hash the chain's hash there
 * @param strays entries that are gone although they come later in the chain, ascending by sequence
 * @param atMicros when, in microseconds since 1970
 * @param keyId which key signed it; null without one, like the signature
 */
@SuppressWarnings("ArrayRecordComponent")
public record BaseAnchor(
        UUID tenant,
        long sequence,
        byte[] hash,
        List<Stray> strays,
        long atMicros,
        @Nullable String keyId,
        byte @Nullable [] signature) {
    private static final byte[] FORMAT = "holdfast-base-1".getBytes(StandardCharsets.US_ASCII);

    /** An entry that is gone, as the chain needs it: its hash vouches for what it said. */
    public record Stray(long sequence, byte[] entryHash, byte[] chainHash) {}

    /** As it is to be signed at a moment. */
    public BaseAnchor at(long moment) {
        return new BaseAnchor(tenant, sequence, hash, strays, moment, null, null);
    }

    /** As it is to be signed by a key. */
    public BaseAnchor by(String itsKeyId, byte @Nullable [] itsSignature) {
        return new BaseAnchor(tenant, sequence, hash, strays, atMicros, itsKeyId, itsSignature);
    }

    /** What is signed. */
    public byte[] message() {
        byte[] key = keyId == null ? new byte[0] : keyId.getBytes(StandardCharsets.UTF_8);
        int ofStrays = strays.stream()
                .mapToInt(stray -> Long.BYTES + 2 * Integer.BYTES + stray.entryHash().length + stray.chainHash().length)
                .sum();
        ByteBuffer message = ByteBuffer.allocate(
                        FORMAT.length + 4 * Long.BYTES + 3 * Integer.BYTES + hash.length + key.length + ofStrays)
                .put(FORMAT)
                .putLong(tenant.getMostSignificantBits())
                .putLong(tenant.getLeastSignificantBits())
                .putLong(sequence)
                .putLong(atMicros);
        put(message, hash);
        put(message, key);
        message.putInt(strays.size());
        for (Stray stray : strays) {
            message.putLong(stray.sequence());
            put(message, stray.entryHash());
            put(message, stray.chainHash());
        }
        return message.array();
    }

    private static void put(ByteBuffer message, byte[] bytes) {
        message.putInt(bytes.length).put(bytes);
    }
}
