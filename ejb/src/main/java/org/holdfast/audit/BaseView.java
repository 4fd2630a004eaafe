package org.holdfast.audit;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a chain begins, as an export tells it.
 *
 * @param base sequence of the last entry that is gone with all before it
 * @param hash in hexadecimal digits, like what follows
 * @param keyId of the key that signed it; null without one, like what follows
 * @param publicKey X.509
 */
public record BaseView(
        UUID tenant,
        long base,
        Instant at,
        String hash,
        List<Stray> strays,
        @Nullable String keyId,
        @Nullable String publicKey,
        @Nullable String signature) {
    public BaseView {
        strays = List.copyOf(strays);
    }

    /** An entry that is gone although it comes later in the chain. */
    public record Stray(long sequence, String entryHash, String chainHash) {}
}
